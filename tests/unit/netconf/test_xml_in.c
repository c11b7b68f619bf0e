/* SPDX-License-Identifier: Apache-2.0 */
#include "netconf_test.h"

static const struct {
	const char *xml, *elements, *echo;
} good[] = {
	{"<rpc message-id=\"1\"><get-x/></rpc>",
		"<rpc message-id='1'><get-x/></rpc>", " message-id=\"1\""},
	/* The same request in its three namespace forms. */
	{"<nc:rpc xmlns:nc=\"urn:b\" message-id=\"u:1\"><get-x/></nc:rpc>",
		"<rpc message-id='u:1'><get-x/></rpc>", " message-id=\"u:1\""},
	{"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rpc xmlns=\"urn:b\">"
	 "<nc:get-x xmlns:nc=\"urn:b\"><a xmlns=\"\"/></nc:get-x></rpc>",
		"<rpc><get-x><a/></get-x></rpc>", ""},
	{"<rpc xmlns:q=\"urn:q&amp;\" q:z='\"&lt;&amp;' b=\"\xc3\xbc\"/>",
		"<rpc z='\"<&' b='\xc3\xbc'/>",
		" xmlns:q=\"urn:q&amp;\" q:z=\"&quot;&lt;&amp;\" "
		"b=\"&#xFC;\""},
	/* Blanks around names and numbers go, those of texts stay. */
	{"<a> <b>\n x y \n</b> </a>", "<a><b>x y</b></a>", ""},
	{"<a><configuration-text>\n x;\n</configuration-text></a>",
		"<a><configuration-text>\n x;\n</configuration-text></a>", ""},
	{"<g>ge-0/0/0.0<terse/></g>", "<g>ge-0/0/0.0<terse/></g>", ""},
	{"<a><![CDATA[<x> & y]]></a>", "<a><x> & y</a>", ""},
	{"<a>&lt;&gt;&amp;&quot;&apos;&#65;</a>", "<a><>&\"'A</a>", ""},
	{"<a><!-- no --><?pi no?><b/></a>", "<a><b/></a>", ""},
	/* Attributes of Junos' own output mean nothing on the way in. */
	{"<configuration junos:changed-seconds=\"1\" xmlns:junos=\"http://"
	 "xml.juniper.net/junos/23.4R1/junos\"><junos:comment>/* c */"
	 "</junos:comment><system/></configuration>",
		"<configuration><junos:comment>/* c */</junos:comment>"
		"<system/></configuration>",
		""},
	{"<a xmlns:nc=\"urn:b\"><b nc:operation=\"delete\"/></a>",
		"<a><b operation='delete'/></a>", ""},
};

static void
reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct sbuf out = SBUF_INIT;
		struct xml_message m;

		read_good(good[i].xml, &m);
		flat(m.tree->root, &out);
		assert_string_equal(sbuf_text(&out), good[i].elements);
		assert_string_equal(sbuf_text(&m.echo), good[i].echo);
		sbuf_done(&out);
		xml_message_done(&m);
	}
}

static const struct {
	const char *xml, *why; /* part of the message */
} bad[] = {
	{"", "empty"},
	{"   ", ""},
	{"hello", ""},
	{"<a>", ""},
	{"<a><b></a>", ""},
	{"<a/><b/>", ""},
	{"<a>&undefined;</a>", "undefined"},
	{"<a b=c/>", ""},
	{"<a b='1' b='2'/>", "b"},
	{"<a>\x01</a>", ""},
	{"<a>\xff\xfe</a>", ""},
	{"<a & b>", ""},
	{"<!DOCTYPE a><a/>", "document type"},
	{"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "document type"},
	{"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "document type"},
	{"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
		"document type"},
	/* A billion laughs. */
	{"<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">"
	 "<!ENTITY c \"&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;\">"
	 "<!ENTITY e \"&d;&d;&d;&d;&d;&d;\">]><l>&e;&e;&e;&e;</l>",
		"document type"},
};

static void
refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct xml_message m;

		assert_int_equal(
			xml_read(bad[i].xml, strlen(bad[i].xml), &m), -EBADMSG);
		assert_null(m.tree);
		assert_true(m.error[0] != '\0');
		if (strstr(m.error, bad[i].why) == NULL)
			fail_msg("%s: %s", bad[i].xml, m.error);
		xml_message_done(&m);
	}
}

/* Every good text cut anywhere is an error, and nothing else. */
static void
refuses_truncated(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		for (size_t n = 0; n < strlen(good[i].xml); n++) {
			struct xml_message m;
			char *part = malloc(n + 1);

			assert_non_null(part);
			memcpy(part, good[i].xml, n);
			assert_int_equal(xml_read(part, n, &m), -EBADMSG);
			xml_message_done(&m);
			free(part);
		}
}

/* The id is known when the error comes, so the client gets its answer. */
static void
keeps_the_id_of_a_broken_request(void **state)
{
	static const char text[] = "<rpc message-id=\"7\"><a & b></rpc>";
	struct xml_message m;

	(void)state;
	assert_int_equal(xml_read(text, strlen(text), &m), -EBADMSG);
	assert_string_equal(sbuf_text(&m.echo), " message-id=\"7\"");
	xml_message_done(&m);
}

static int
read_repeated(const char *before, const char *unit, size_t n, const char *after,
	char why[256])
{
	struct sbuf b = SBUF_INIT;
	struct xml_message m;
	int rc;

	sbuf_puts(&b, before);
	while (n-- > 0)
		sbuf_puts(&b, unit);
	sbuf_puts(&b, after);
	rc = xml_read(sbuf_text(&b), b.len, &m);
	snprintf(why, 256, "%s", m.error);
	xml_message_done(&m);
	sbuf_done(&b);
	return rc;
}

static void
bounds_what_is_huge(void **state)
{
	char why[256];

	(void)state;
	assert_int_equal(read_repeated("", "<a>", 100000, "", why), -EBADMSG);
	assert_non_null(strstr(why, "too deep"));
	assert_int_equal(read_repeated("<", "n", 1000, "/>", why), -EBADMSG);
	assert_non_null(strstr(why, "too long"));
	assert_int_equal(
		read_repeated("<a>", "<b/>", 2100000, "</a>", why), -EBADMSG);
	assert_non_null(strstr(why, "too many"));
	/* A whole configuration as one text is fine. */
	assert_int_equal(read_repeated("<a><configuration-text>",
				 "set system host-name x\n", 1000000,
				 "</configuration-text></a>", why),
		0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_truncated),
		cmocka_unit_test(keeps_the_id_of_a_broken_request),
		cmocka_unit_test(bounds_what_is_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
