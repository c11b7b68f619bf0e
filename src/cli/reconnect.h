/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reconnect - a daemon that goes, for an upgrade perhaps, does not take the
 * user's session with it [OP-141].
 */
#ifndef CLI_RECONNECT_H
#define CLI_RECONNECT_H

#include "cli/shell.h"

/*
 * The daemon is lost: wait until there is one again, for RECONNECT_SECONDS or
 * until ^C. True: a new session, in operational mode, with the settings of the
 * old one.
 */
bool reconnect(struct shell *sh);

#define RECONNECT_SECONDS 30u

#endif /* CLI_RECONNECT_H */
