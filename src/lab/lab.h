/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab - `vrflow lab`: a directory with a topology and a README becomes hosts
 * (network namespaces), steps that are typed on them, and a verdict.
 *
 * docs/labs.md is the manual of the directory's format.
 */
#ifndef LAB_LAB_H
#define LAB_LAB_H

/*
 * The command. argv[0] is "lab" (only used in messages), argv[1] the
 * subcommand. Returns the exit status of the program: 0 all steps held, 1 some
 * did not, 2 the lab cannot be used.
 */
int lab_main(int argc, char **argv);

#endif /* LAB_LAB_H */
