/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load - read a lab's directory and see whether this machine can run it.
 */
#ifndef LAB_LOAD_H
#define LAB_LOAD_H

struct lab_steps;
struct lab_world;
struct sbuf;

/*
 * Read DIR/topology.clab.yml, the start configurations' existence, and
 * DIR/README.md unless steps is NULL. *full_dir is the absolute path, the
 * caller's. 0, or -1 and all that is wrong in *why, with file and line.
 */
int lab_load(const char *dir, struct lab_world *w, struct lab_steps *steps,
	char **full_dir, struct sbuf *why);

/*
 * The programs of vrflow nodes: those named, else those beside this program,
 * else those in PATH. Nothing is looked for when the lab has no such node. 0,
 * or -1 and *why.
 */
int lab_find_programs(struct lab_world *w, const char *daemon, const char *cli,
	struct sbuf *why);

/* Are the tools there that we and the steps call? 0, or -1 and *why. */
int lab_check_host(const struct lab_steps *steps, struct sbuf *why);

#endif /* LAB_LOAD_H */
