/* SPDX-License-Identifier: Apache-2.0 */
/* show version, show system ..., show chassis ... [OP-70..78]. */
#include "render/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
text_version(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out, "Hostname: %s\nModel: %s\nJunos: %s\n",
		text_of(root, "host-name"), text_of(root, "product-model"),
		text_of(root, "junos-version"));
	text_foreach (p, root, "package-information")
		sbuf_printf(t->out, "%s\n", text_of(p, "comment"));
}

void
text_system_information(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out,
		"Hardware: %s\nOS: %s\nOS version: %s\nSerial number: %s\n"
		"Hostname: %s\n",
		text_of(root, "hardware-model"), text_of(root, "os-name"),
		text_of(root, "os-version"), text_of(root, "serial-number"),
		text_of(root, "host-name"));
}

static void
time_line(struct sbuf *out, const char *label, const struct tnode *n)
{
	if (n == NULL)
		return;
	sbuf_printf(out, "%s: %s", label, text_of(n, "date-time"));
	if (text_has(n, "time-length"))
		sbuf_printf(out, " (%s ago)", text_of(n, "time-length"));
	if (text_has(n, "user"))
		sbuf_printf(out, " by %s", text_of(n, "user"));
	sbuf_putc(out, '\n');
}

/* "10:00AM  up 4 mins, 1 users, load averages: 0.00, 0.00, 0.00" */
static void
load_line(struct sbuf *out, const struct tnode *u)
{
	const char *up = tnode_attr(tnode_child(u, "up-time"), "junos:format");

	sbuf_printf(out, "%s  up %s, %s users, load averages: %s, %s, %s\n",
		text_of(u, "date-time"), up ? up : text_of(u, "up-time"),
		text_of(u, "active-user-count"), text_of(u, "load-average-1"),
		text_of(u, "load-average-5"), text_of(u, "load-average-15"));
}

void
text_uptime(struct text *t, const struct tnode *root)
{
	time_line(t->out, "Current time", tnode_child(root, "current-time"));
	sbuf_printf(t->out, "Time Source:  %s\n", text_of(root, "time-source"));
	time_line(t->out, "System booted",
		tnode_child(root, "system-booted-time"));
	time_line(t->out, "Protocols started",
		tnode_child(root, "protocols-started-time"));
	time_line(t->out, "Last configured",
		tnode_child(root, "last-configured-time"));
	load_line(t->out, tnode_child(root, "uptime-information"));
}

void
text_users(struct text *t, const struct tnode *root)
{
	const struct tnode *u = tnode_child(root, "uptime-information");

	load_line(t->out, u);
	sbuf_puts(t->out, "USER     TTY      FROM                    LOGIN@  "
			  "IDLE WHAT\n");
	text_foreach (e, tnode_child(u, "user-table"), "user-entry")
		text_row(t->out, "%-8s %-8s %-20s %9s %5s %s",
			text_of(e, "user"), text_of(e, "tty"),
			text_of(e, "from"), text_of(e, "login-time"),
			text_of(e, "idle-time"), text_of(e, "command"));
}

void
text_memory(struct text *t, const struct tnode *root)
{
	const struct tnode *s =
		tnode_child(root, "system-memory-summary-information");

	sbuf_puts(t->out, "System memory usage distribution:\n");
	sbuf_printf(t->out, "%16s: %10s Kbytes (100%%)\n", "Total memory",
		text_of(s, "system-memory-total"));
	sbuf_printf(t->out, "%16s: %10s Kbytes (%3s%%)\n", "Used memory",
		text_of(s, "system-memory-used"),
		text_of(s, "system-memory-used-percent"));
	sbuf_printf(t->out, "%16s: %10s Kbytes (%3s%%)\n", "Free memory",
		text_of(s, "system-memory-free"),
		text_of(s, "system-memory-free-percent"));
	sbuf_printf(t->out, "%16s: %10s Kbytes\n", "vrflowd resident",
		text_of(s, "vrflowd-memory-resident"));
	sbuf_printf(t->out, "%16s: %10s Kbytes\n", "private",
		text_of(s, "vrflowd-memory-private"));
	sbuf_printf(t->out, "%16s: %10s Kbytes\n", "heap",
		text_of(s, "vrflowd-memory-heap"));
	sbuf_printf(t->out, "%16s: %10s Kbytes\n", "session table",
		text_of(s, "vrflowd-memory-sessions"));
}

static void
pool_line(struct text *t, const struct tnode *root, const char *prefix,
	const char *what)
{
	static const char *const kinds[] = {"current", "cached", "total"};
	char name[64];

	for (unsigned int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s-%s", kinds[i], prefix);
		sbuf_printf(
			t->out, "%s%s", i > 0 ? "/" : "", text_of(root, name));
	}
	sbuf_printf(t->out, " %s in use (current/cache/total)\n", what);
}

void
text_buffers(struct text *t, const struct tnode *root)
{
	pool_line(t, root, "mbufs", "mbufs");
	pool_line(t, root, "jumbo-clusters", "64k jumbo clusters");
}

void
text_processes(struct text *t, const struct tnode *root)
{
	sbuf_puts(t->out, "  PID USERNAME STATE     SIZE      RES   TIME "
			  "COMMAND\n");
	text_foreach (p, root, "process") {
		sbuf_printf(t->out, "%5s %-8s %-5s %7sK %7sK %6s %s\n",
			text_of(p, "pid"), text_of(p, "user"),
			text_of(p, "state"), text_of(p, "virtual-memory-size"),
			text_of(p, "resident-set-size"), text_of(p, "cpu-time"),
			text_of(p, "command"));
		text_foreach (h, p, "thread")
			sbuf_printf(t->out, "%5s %-8s %-5s %8s %8s %6s  %s\n",
				text_of(h, "pid"), "", text_of(h, "state"), "",
				"", text_of(h, "cpu-time"),
				text_of(h, "command"));
	}
}

/* A number of kilobytes, in the form for people when there is one. */
static const char *
blocks(const struct tnode *f, const char *element)
{
	const char *format =
		tnode_attr(tnode_child(f, element), "junos:format");

	return format != NULL ? format : text_of(f, element);
}

void
text_storage(struct text *t, const struct tnode *root)
{
	sbuf_puts(t->out, "Filesystem              Size       Used      "
			  "Avail  Capacity   Mounted on\n");
	text_foreach (f, root, "filesystem")
		sbuf_printf(t->out, "%-19s %8s %10s %10s %8s%%  %s\n",
			text_of(f, "filesystem-name"),
			blocks(f, "total-blocks"), blocks(f, "used-blocks"),
			blocks(f, "available-blocks"),
			text_of(f, "used-percent"), text_of(f, "mounted-on"));
}

void
text_chassis(struct text *t, const struct tnode *root)
{
	const struct tnode *c = tnode_child(root, "chassis");

	sbuf_puts(t->out,
		"Hardware inventory:\n"
		"Item             Version  Part number  Serial number     "
		"Description\n");
	text_row(t->out, "%-16s %-8s %-12s %-17s %s", text_of(c, "name"), "",
		"", text_of(c, "serial-number"), text_of(c, "description"));
	text_foreach (m, c, "chassis-module") {
		text_row(t->out, "%-16s %-8s %-12s %-17s %s",
			text_of(m, "name"), text_of(m, "version"),
			text_of(m, "part-number"), text_of(m, "serial-number"),
			text_of(m, "description"));
		text_foreach (s, m, "chassis-sub-module")
			text_row(t->out, "  %-14s %-8s %-12s %-17s %s",
				text_of(s, "name"), text_of(s, "version"),
				text_of(s, "part-number"),
				text_of(s, "serial-number"),
				text_of(s, "description"));
	}
}

void
text_engine(struct text *t, const struct tnode *root)
{
	static const struct {
		const char *label, *element, *unit;
	} rows[] = {
		{"Total memory", "memory-system-total", " MB"},
		{"Memory utilization", "memory-buffer-utilization", " percent"},
		{"CPU utilization:", NULL, NULL},
		{"  User", "cpu-user", " percent"},
		{"  Background", "cpu-background", " percent"},
		{"  Kernel", "cpu-system", " percent"},
		{"  Interrupt", "cpu-interrupt", " percent"},
		{"  Idle", "cpu-idle", " percent"},
		{"Model", "model", ""},
		{"Serial ID", "serial-number", ""},
		{"Start time", "start-time", ""},
		{"Uptime", "up-time", ""},
		{"Last reboot reason", "last-reboot-reason", ""},
	};
	const struct tnode *e = tnode_child(root, "route-engine");

	sbuf_puts(t->out, "Routing Engine status:\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].element == NULL)
			sbuf_printf(t->out, "    %s\n", rows[i].label);
		else
			sbuf_printf(t->out, "    %-30s %s%s\n", rows[i].label,
				text_of(e, rows[i].element), rows[i].unit);
	}
	sbuf_printf(t->out,
		"    %-30s 1 minute   5 minute  15 minute\n"
		"    %-30s %8s %10s %10s\n",
		"Load averages:", "", text_of(e, "load-average-one"),
		text_of(e, "load-average-five"),
		text_of(e, "load-average-fifteen"));
}

void
text_alarms(struct text *t, const struct tnode *root)
{
	const struct tnode *s = tnode_child(root, "alarm-summary");

	if (text_has(s, "no-active-alarms")) {
		sbuf_puts(t->out, "No alarms currently active\n");
		return;
	}
	sbuf_printf(t->out,
		"%s alarms currently active\n"
		"Alarm time               Class  Description\n",
		text_of(s, "active-alarm-count"));
	text_foreach (a, root, "alarm-detail")
		sbuf_printf(t->out, "%-24s %-6s %s\n", text_of(a, "alarm-time"),
			text_of(a, "alarm-class"),
			text_of(a, "alarm-description"));
}
