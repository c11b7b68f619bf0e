/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a TCP session as one table [FL-30]: what every kind of segment
 * from either side does in every state. Left is the client (wing 0), right the
 * server. A cell that is not written drops: no TCP sends that there.
 */
#include "flow/tcp_state.h"

#define DO(action, next)                                                       \
	{                                                                      \
		TCPA_##action, TCPS_##next                                     \
	}
#define STAY(state)                                                            \
	{                                                                      \
		DO(HOLD, state), DO(HOLD, state)                               \
	}
#define RESETS                                                                 \
	{                                                                      \
		DO(RST, RESET), DO(RST, RESET)                                 \
	}
#define DOUBT(state)                                                           \
	{                                                                      \
		DO(FREE, state), DO(FREE, state)                               \
	}

const struct tcp_rule tcp_rules[TCPS_COUNT][TCPC_COUNT][2] = {
	[TCPS_SYN_SENT] =
		{
			[TCPC_SYN] = {DO(SYN_AGAIN, SYN_SENT),
				DO(SYN_BOTH, BOTH_SYN)},
			[TCPC_SYN_NEW] = {DO(SYN_OTHER, SYN_SENT)},
			[TCPC_SYN_ACK] = {[1] = DO(SYN_ACK, SYN_RECEIVED)},
			[TCPC_ACK] = {DO(EARLY, SYN_SENT),
				DO(CHALLENGE, SYN_SENT)},
			[TCPC_FIN] = {DO(EARLY, SYN_SENT),
				DO(CHALLENGE, SYN_SENT)},
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(SYN_SENT),
		},
	[TCPS_SYN_RECEIVED] =
		{
			[TCPC_SYN] = {DO(SYN_AGAIN, SYN_RECEIVED),
				DO(HOLD, SYN_RECEIVED)},
			[TCPC_SYN_NEW] = {DO(LIMBO, SYN_RECEIVED)},
			[TCPC_SYN_ACK] = {[1] = DO(
						  SYN_ACK_AGAIN, SYN_RECEIVED)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] =
				{DO(COMPLETE, ESTABLISHED),
					DO(EARLY, SYN_RECEIVED)},
			[TCPC_FIN] =
				{DO(COMPLETE, FIN_CLIENT),
					DO(EARLY, FIN_SERVER)},
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(SYN_RECEIVED),
		},
	[TCPS_BOTH_SYN] =
		{
			[TCPC_SYN] = {DO(SYN_AGAIN, BOTH_SYN),
				DO(HOLD, BOTH_SYN)},
			[TCPC_SYN_NEW] = {DO(LIMBO, BOTH_SYN)},
			[TCPC_SYN_ACK] =
				{DO(COMPLETE, BOTH_CLIENT),
					DO(COMPLETE, BOTH_SERVER)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] =
				{DO(COMPLETE, BOTH_CLIENT),
					DO(COMPLETE, BOTH_SERVER)},
			[TCPC_FIN] =
				{DO(COMPLETE, FIN_CLIENT),
					DO(COMPLETE, FIN_SERVER)},
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(BOTH_SYN),
		},
	[TCPS_BOTH_CLIENT] =
		{
			[TCPC_SYN] = {DO(SYN_AGAIN, BOTH_CLIENT),
				DO(HOLD, BOTH_CLIENT)},
			[TCPC_SYN_NEW] = {DO(LIMBO, BOTH_CLIENT)},
			[TCPC_SYN_ACK] = {DO(HOLD, BOTH_CLIENT),
				DO(COMPLETE, ESTABLISHED)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] = {DO(EARLY, BOTH_CLIENT),
				DO(COMPLETE, ESTABLISHED)},
			[TCPC_FIN] = {DO(EARLY, FIN_CLIENT),
				DO(COMPLETE, FIN_SERVER)},
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(BOTH_CLIENT),
		},
	[TCPS_BOTH_SERVER] =
		{
			[TCPC_SYN] = {DO(SYN_AGAIN, BOTH_SERVER),
				DO(HOLD, BOTH_SERVER)},
			[TCPC_SYN_NEW] = {DO(LIMBO, BOTH_SERVER)},
			[TCPC_SYN_ACK] = {DO(COMPLETE, ESTABLISHED),
				DO(HOLD, BOTH_SERVER)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] = {DO(COMPLETE, ESTABLISHED),
				DO(EARLY, BOTH_SERVER)},
			[TCPC_FIN] = {DO(COMPLETE, FIN_CLIENT),
				DO(EARLY, FIN_SERVER)},
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(BOTH_SERVER),
		},
	[TCPS_ESTABLISHED] =
		{
			[TCPC_SYN] = {DO(FREE, ESTABLISHED),
				DO(HOLD, ESTABLISHED)},
			[TCPC_SYN_NEW] = {DO(LIMBO, ESTABLISHED)},
			[TCPC_SYN_ACK] =
				{DO(SIDE, ESTABLISHED), DO(HOLD, ESTABLISHED)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] = STAY(ESTABLISHED),
			[TCPC_FIN] =
				{DO(HOLD, FIN_CLIENT), DO(HOLD, FIN_SERVER)},
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(ESTABLISHED),
		},
	[TCPS_FIN_CLIENT] =
		{
			[TCPC_SYN] = {DO(FREE, FIN_CLIENT),
				DO(HOLD, FIN_CLIENT)},
			[TCPC_SYN_NEW] = {DO(LIMBO, FIN_CLIENT)},
			[TCPC_SYN_ACK] =
				{DO(SIDE, FIN_CLIENT), DO(HOLD, FIN_CLIENT)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] = STAY(FIN_CLIENT),
			[TCPC_FIN] = {DO(HOLD, FIN_CLIENT), DO(HOLD, FIN_BOTH)},
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(FIN_CLIENT),
		},
	[TCPS_FIN_SERVER] =
		{
			[TCPC_SYN] = {DO(FREE, FIN_SERVER),
				DO(HOLD, FIN_SERVER)},
			[TCPC_SYN_NEW] = {DO(LIMBO, FIN_SERVER)},
			[TCPC_SYN_ACK] =
				{DO(SIDE, FIN_SERVER), DO(HOLD, FIN_SERVER)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] = STAY(FIN_SERVER),
			[TCPC_FIN] = {DO(HOLD, FIN_BOTH), DO(HOLD, FIN_SERVER)},
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(FIN_SERVER),
		},
	[TCPS_FIN_BOTH] =
		{
			[TCPC_SYN] = {DO(FREE, FIN_BOTH), DO(NEW, FIN_BOTH)},
			[TCPC_SYN_NEW] = {DO(NEW, FIN_BOTH)},
			[TCPC_SYN_ACK] = {DO(SIDE, FIN_BOTH),
				DO(HOLD, FIN_BOTH)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] = STAY(FIN_BOTH),
			[TCPC_LAST_ACK] = STAY(CLOSED),
			[TCPC_FIN] = STAY(FIN_BOTH),
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(FIN_BOTH),
		},
	[TCPS_CLOSED] =
		{
			[TCPC_SYN] = {DO(FREE, CLOSED), DO(NEW, CLOSED)},
			[TCPC_SYN_NEW] = {DO(NEW, CLOSED)},
			[TCPC_SYN_ACK] = {DO(SIDE, CLOSED), DO(HOLD, CLOSED)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] = STAY(CLOSED),
			[TCPC_FIN] = STAY(CLOSED),
			[TCPC_RST] = {DO(RST, CLOSED), DO(RST, CLOSED)},
			[TCPC_RST_DOUBT] = DOUBT(CLOSED),
		},
	[TCPS_RESET] =
		{
			[TCPC_SYN] = {DO(NEW, RESET), DO(NEW, RESET)},
			[TCPC_SYN_NEW] = {DO(NEW, RESET)},
			[TCPC_SYN_ACK] = {DO(SIDE, RESET), DO(HOLD, RESET)},
			[TCPC_SYN_ACK_NEW] = {[1] = DO(RENEW, SYN_RECEIVED)},
			[TCPC_ACK] = STAY(RESET),
			[TCPC_FIN] = STAY(RESET),
			[TCPC_RST] = RESETS,
			[TCPC_RST_DOUBT] = DOUBT(RESET),
		},
};
