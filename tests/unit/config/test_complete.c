/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line asks: [CF-27], [CF-28]. */
#include "config_test.h"

#include "config/complete.h"

static const char base[] =
	"set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24\n"
	"set interfaces ge-0/0/1 unit 7\n"
	"set security zones security-zone a\n"
	"set security zones security-zone b interfaces ge-0/0/0.0\n"
	"set security address-book global address web 192.0.2.1\n"
	"set security address-book k address only-a 192.0.2.1\n"
	"set security address-book k attach zone a\n"
	"set applications application mine protocol tcp\n"
	"set smtp community x\n";

/* words, partial, flags: the candidates as "mark word" with commas */
static const struct {
	const char *words, *partial;
	unsigned int flags;
	const char *want;
} cases[] = {
	{"", "sys", 0, "> system"},
	{"", "s", 0,
		"> schedulers,> security,> services,> session-limit-group,> "
		"smtp,> snmp,> "
		"switch-options,> system"},
	{"interfaces", "ge-0/0/", 0,
		"  <interface-name>,  ge-0/0/0,  ge-0/0/1"},
	{"interfaces ge-0/0/0", "m", 0,
		"  mac,> mlfr-uni-nni-bundle-options,> modem-options,  "
		"mtu"},
	{"interfaces ge-0/0/0 mtu", "", 0, "  <mtu>"},
	{"interfaces ge-0/0/0 mtu 1500", "desc", 0, "  description"},
	{"int ge-0/0/0 u", "", 0, "  0,  <interface_unit_number>"},
	{"interfaces ge-0/0/0 unit 0 family", "", 0,
		"+ apply-groups,+ apply-groups-except,> apply-macro,> bridge,"
		"> ccc,> ethernet-switching,> inet,> inet6,> iso,> mlppp,"
		"> mpls,> tcc,> vpls"},
	{"security policies", "f", 0, "> from-zone"},
	{"security policies from-zone", "", 0,
		"  <from-zone-name>,  a,  b,  junos-host"},
	{"security policies from-zone a", "", 0, "  to-zone"},
	{"security policies from-zone a to-zone b policy p match "
	 "source-address",
		"", 0,
		"  <address>,  [,  any,  any-ipv4,  any-ipv6,  only-a,  web"},
	{"security policies from-zone a to-zone b policy p match "
	 "destination-address",
		"o", 0, "  <address>"},
	{"security policies from-zone a to-zone b policy p match "
	 "destination-address [ web",
		"", 0, "  <address>,  ],  any,  any-ipv4,  any-ipv6,  web"},
	{"security policies from-zone a to-zone b policy p match "
	 "application",
		"m", 0, "  <application>,  mine"},
	{"security policies from-zone a to-zone b policy p match", "app", 0,
		"+ application,+ apply-groups,+ apply-groups-except,> "
		"apply-macro"},
	{"security zones security-zone a interfaces", "ge-0/0/1", 0,
		"  <interface-name>,  ge-0/0/1.7"},
	{"security zones security-zone a host-inbound-traffic "
	 "system-services",
		"ss", 0, "  ssh"},
	{"security zones security-zone a", "tcp", 0, "  tcp-rst"},
	{"security zones security-zone a tcp-rst", "tcp", 0, "  tcp-rst"},
	{"routing-instances x instance-type", "", 0,
		"  evpn,  forwarding,  l2vpn,  mac-vrf,  no-forwarding,  "
		"virtual-router,  virtual-switch,  vpls,  vrf"},
	/* what may end shows it */
	{"security zones security-zone a", "unid", 0,
		"> unidirectional-session-refreshing"},
	{"interfaces ge-0/0/0 unit 0 family inet", "", COMPLETE_EXISTING,
		"  <[Enter]>,> address"},
	/* what is there */
	{"", "", COMPLETE_EXISTING,
		"> applications,> interfaces,> security,> smtp"},
	{"interfaces", "", COMPLETE_EXISTING,
		"  <[Enter]>,  ge-0/0/0,  ge-0/0/1"},
	{"smtp", "", COMPLETE_EXISTING, "  <[Enter]>,  community"},
	{"security zones security-zone", "", COMPLETE_EXISTING,
		"  <[Enter]>,  a,  b"},
	{"security zones security-zone zz", "", COMPLETE_EXISTING,
		"  <[Enter]>"},
	{"interfaces ge-0/0/0", "mt", COMPLETE_HIERARCHY, ""},
	{"interfaces ge-0/0/0", "u", COMPLETE_HIERARCHY, "> unit"},
};

static char *
candidates_text(const struct candidates *c)
{
	struct sbuf b = SBUF_INIT;

	for (size_t i = 0; i < c->n; i++) {
		assert_non_null(c->items[i].help);
		sbuf_printf(&b, "%s%c %s", i ? "," : "", c->items[i].mark,
			c->items[i].word);
	}
	return take(&b);
}

static void
test_cases(void **state)
{
	struct config_tree *t = good(base);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wordvec v = WORDVEC_INIT;
		struct candidates c = {0};
		struct path_error e = {0};

		assert_true(words_split(
			cases[i].words, strlen(cases[i].words), &v));
		assert_int_equal(config_complete(t, v.w, v.n, cases[i].partial,
					 cases[i].flags, &c, &e),
			0);
		assert_text(candidates_text(&c), cases[i].want);
		candidates_done(&c);
		path_error_done(&e);
		wordvec_done(&v);
	}
	config_free(t);
}

/* words, flags: index of the wrong one and the message; NULL: good */
static const struct {
	const char *words;
	unsigned int flags, word;
	const char *message;
} paths[] = {
	{"interfaces ge-0/0/0 mtu 1500", 0, 0, NULL},
	{"int ge-0/0/0 mt 1500", CPATH_ABBREV, 0, NULL},
	{"int ge-0/0/0 mtu 1500", 0, 0, "syntax error"},
	{"s", CPATH_ABBREV, 0, "'s' is ambiguous"},
	{"interfaces ge-0/0/0 mtu", 0, 3, "missing argument"},
	{"interfaces ge-0/0/0 mtu", CPATH_OPEN, 0, NULL},
	{"interfaces ge-0/0/0 mtu 70000", 0, 3,
		"Value 70000 is not within range (256..9192)"},
	{"interfaces ge-0/0/0 nonsense 1", 0, 2, "syntax error"},
	{"security forwarding-options family inet mode x", 0, 5,
		"invalid value 'x'"},
	{"interfaces ge-0/0/0 disable disable", 0, 0, NULL},
	{"", 0, 0, NULL},
};

static void
test_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct wordvec v = WORDVEC_INIT;
		struct path_error e = {0};
		int rc;

		assert_true(words_split(
			paths[i].words, strlen(paths[i].words), &v));
		rc = config_path_check(v.w, v.n, paths[i].flags, &e);
		assert_int_equal(rc, paths[i].message ? -22 : 0);
		if (rc != 0) {
			assert_int_equal(e.word, paths[i].word);
			assert_string_equal(
				sbuf_text(&e.message), paths[i].message);
		}
		path_error_done(&e);
		wordvec_done(&v);
	}
}

/* words: result, all, name of the node */
static const struct {
	const char *words;
	int rc;
	bool all;
	const char *name;
} resolved[] = {
	{"", 0, false, "configuration"},
	{"security zones", 0, false, "zones"},
	{"security zones security-zone", 0, true, "security-zone"},
	{"security zones security-zone b", 0, false, "security-zone"},
	{"security zones security-zone c", -2, false, NULL},
	{"interfaces ge-0/0/1 unit 7", 0, false, "unit"},
	{"interfaces ge-0/0/1 unit 7 vlan-id", -2, true, NULL},
	{"smtp community x", 0, false, "x"},
	{"nonsense", -22, false, NULL},
};

static void
test_resolve(void **state)
{
	struct config_tree *t = good(base);

	(void)state;
	for (size_t i = 0; i < COUNT(resolved); i++) {
		struct wordvec v = WORDVEC_INIT;
		struct path_error e = {0};
		const struct cnode *n;
		bool all;
		int rc;

		assert_true(words_split(
			resolved[i].words, strlen(resolved[i].words), &v));
		rc = config_resolve(t, v.w, v.n, 0, &n, &all, &e);
		assert_int_equal(rc, resolved[i].rc);
		if (rc == 0) {
			assert_int_equal(all, resolved[i].all);
			assert_string_equal(cnode_name(n), resolved[i].name);
		}
		path_error_done(&e);
		wordvec_done(&v);
	}
	config_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_resolve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
