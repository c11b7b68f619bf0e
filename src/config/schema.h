/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema - the statements of the configuration language, as constant tables
 * that tools/schemagen.py makes from schema/ at build time. One statement has
 * one node; the words of the CLI and the names of the XML both stand here.
 *
 * Threads: any, everything is constant.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

enum schema_kind {
	SCHEMA_CONTAINER, /* exists only with something in it */
	SCHEMA_PRESENCE,  /* may be empty */
	SCHEMA_LIST,
	SCHEMA_LEAF,
	SCHEMA_LEAF_LIST,
	SCHEMA_FLAG,
	SCHEMA_ANY,  /* below it any words are kept, without effect */
	SCHEMA_WORD, /* one of those words; only schema_any_word is of this kind
		      */
};

enum schema_status {
	SCHEMA_SUPPORTED,
	SCHEMA_ACCEPTED, /* read, kept, printed, no effect: commit warns */
	SCHEMA_HIDDEN,   /* supported, not offered by completion */
};

enum schema_flags {
	SCHEMA_ONELINER = 1 << 0,  /* children print on the same line */
	SCHEMA_PLUS = 1 << 1,      /* a single child prints on the same line */
	SCHEMA_GROUP = 1 << 2,     /* all entries print below one keyword */
	SCHEMA_INLINE = 1 << 3,    /* its keyword prints before each child */
	SCHEMA_ORDERED = 1 << 4,   /* the order of the entries has a meaning */
	SCHEMA_MANDATORY = 1 << 5, /* must be there if its parent is */
	SCHEMA_SECRET = 1 << 6,
	SCHEMA_OPEN = 1 << 7, /* unknown statements below it are kept */
	SCHEMA_TOP = 1 << 8,  /* groups: holds the statements of the top */
};

enum schema_type_kind {
	ST_STRING,
	ST_NAME,
	ST_WORD,
	ST_U32,
	ST_U64,
	ST_ENUM,
	ST_IP,
	ST_IP4,
	ST_IP6,
	ST_PREFIX, /* host bits stay */
	ST_PREFIX4,
	ST_PREFIX6,
	ST_NET, /* host bits are cleared */
	ST_NET4,
	ST_NET6,
	ST_IFD,
	ST_IFL,
	ST_MAC,
	ST_TIME,
	ST_PORT, /* number, service name or LOW-HIGH */
	ST_PROTOCOL,
	ST_HOSTNAME,
	ST_NEXTHOP, /* address or interface */
	ST_ICMPTYPE,
	ST_ICMPCODE,
	ST_RIB,    /* [INSTANCE.]inet.0 or inet6.0 */
	ST_SCALED, /* number with k, m or g */
	ST_DATE,
	ST_MASKLEN,
	ST_WILDCARD, /* 192.0.0.1/255.0.0.255 */
	ST_REGEX,    /* extended, of POSIX */
};

struct schema_type {
	enum schema_type_kind kind;
	uint64_t min, max; /* of numbers; lengths of strings; 0,0: any */
	const char *const
		*words; /* allowed besides, NULL-terminated; or NULL */
};

struct schema_key {
	const char *name; /* XML name of the key leaf */
	const char *word; /* CLI word before the second key, or NULL */
	const struct schema_type *type;
	const char *const *refs;
};

struct schema_node {
	const char *name; /* XML */
	const char *word; /* CLI; NULL: no keyword is typed */
	const char *help;
	const char *placeholder;
	const char *dflt;
	const struct schema_type *type; /* of leaf and leaf-list */
	const struct schema_key *keys;
	const char *const *refs; /* of leaf and leaf-list, NULL-terminated */
	const struct schema_node *parent;
	const struct schema_node *children;
	uint16_t n_children;
	uint16_t index; /* order of printing among siblings */
	uint16_t flags;
	uint8_t kind;
	uint8_t status;
	uint8_t choice; /* siblings with the same number exclude each other */
	uint8_t n_keys;
};

extern const struct schema_node *const schema_root;
extern const unsigned int schema_count;

/* The node of every word below a SCHEMA_ANY. */
extern const struct schema_node schema_any_word;

/* apply-groups and its kin, allowed below every container and list. */
extern const struct schema_node schema_universal[];
extern const unsigned int schema_universal_count;

/* Their places in schema_universal. */
enum { SCHEMA_APPLY_GROUPS, SCHEMA_APPLY_GROUPS_EXCEPT, SCHEMA_APPLY_MACRO };

/* The condition of a group, allowed below groups only. */
extern const struct schema_node schema_when;

/* Is n one of them? */
bool schema_is_universal(const struct schema_node *n);

/* The statement of n that word begins, exactly spelt; or NULL. */
const struct schema_node *schema_child(
	const struct schema_node *n, const char *word);

/*
 * The statement that word begins or abbreviates. NULL if none, or, with
 * *ambiguous set, if several.
 */
const struct schema_node *schema_child_abbrev(
	const struct schema_node *n, const char *word, bool *ambiguous);

/* The leaf of a container whose value is typed without a keyword, or NULL. */
const struct schema_node *schema_bare_leaf(const struct schema_node *n);

/* The statement with this XML name, else with this word, or NULL [CF-54]. */
const struct schema_node *schema_child_xml(
	const struct schema_node *n, const char *name);

/* May n hold other statements? */
bool schema_has_body(const struct schema_node *n);

/* Is n, or something above it, without effect? */
bool schema_is_accepted(const struct schema_node *n);

/* Does an element of n without content mean something? */
bool schema_may_be_empty(const struct schema_node *n);

#endif /* CONFIG_SCHEMA_H */
