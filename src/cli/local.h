/* SPDX-License-Identifier: Apache-2.0 */
/*
 * local - what the user's own program does for a command: file operations, a
 * shell, ssh [OP-113]. The daemon names one of these; which program that is,
 * stands here, and nothing goes through a shell but what the user gives one.
 */
#ifndef CLI_LOCAL_H
#define CLI_LOCAL_H

#include "cli/shell.h"

/* Do what a `local` frame asks for. False after a message. */
bool local_run(struct shell *sh, const struct tnode *root);

#endif /* CLI_LOCAL_H */
