/* SPDX-License-Identifier: Apache-2.0 */
/*
 * impact - what a commit of the candidate would do to the sessions that live
 * now [EX-10]: which stay, take another way, get another policy, end; and which
 * changed statements are why. The answers are those of the code that acts after
 * a commit (flow/session_commit.h) and of the look-ups of the packet path, in
 * the candidate's world beside the present one. Nothing is changed.
 *
 * Threads: the control thread; workers only copy sessions.
 */
#ifndef EXPLAIN_IMPACT_H
#define EXPLAIN_IMPACT_H

#include "explain/explain.h"
#include "flow/env.h"

/* How to ask the workers. */
struct impact_source {
	unsigned int workers;
	/* Run fn with the environment of a worker, between two bursts. */
	void (*call)(void *ctx, unsigned int worker,
		void (*fn)(const struct env *env, void *arg), void *arg);
	void *ctx;
};

#define IMPACT_EXAMPLES_DEFAULT 3u

/*
 * Fills root, of `commit-impact-information`, with at most `examples` sessions
 * of each kind. 0, or a negative error with a sentence in err: the candidate
 * does not compile.
 */
int explain_impact(const struct explain_env *env,
	const struct impact_source *sessions, unsigned int examples,
	struct tnode *root, char *err, size_t err_size);

#endif /* EXPLAIN_IMPACT_H */
