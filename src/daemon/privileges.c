/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

static const uint64_t keep = 1ull << CAP_NET_ADMIN | 1ull << CAP_NET_RAW;

int
privileges_drop(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) != 0)
		return -errno;
	for (unsigned int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if ((keep >> cap & 1) == 0)
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	for (unsigned int i = 0; i < 2; i++) {
		uint32_t mask = (uint32_t)(keep >> (32 * i));

		data[i].permitted &= mask;
		data[i].effective &= mask;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data) != 0) {
		log_error("main", "cannot drop capabilities");
		return -errno;
	}
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return 0;
}
