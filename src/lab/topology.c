/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/topology.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/report.h"
#include "lab/image.h"

#define NODES_MAX      200
#define LINKS_MAX      1000
#define NAME_MAX_LEN   40
#define DEVICE_MAX_LEN 15 /* IFNAMSIZ less its NUL */

/* What is being read, and where errors go. */
struct reader {
	yaml_document_t *doc;
	struct lab_topology *t;
	struct report *r;
	bool no_memory;
};

#define bad(rd, node, ...)                                                     \
	report_add((rd)->r, REPORT_ERROR,                                      \
		(unsigned int)(node)->start_mark.line + 1, NULL, NULL,         \
		__VA_ARGS__)

static const char *
scalar(const yaml_node_t *n)
{
	return n != NULL && n->type == YAML_SCALAR_NODE
		       ? (const char *)n->data.scalar.value
		       : NULL;
}

static char *
copy(struct reader *rd, const char *text)
{
	char *s = strdup(text);

	if (s == NULL)
		rd->no_memory = true;
	return s;
}

/* Room for one more element, zeroed; NULL when out of memory. */
static void *
grow(struct reader *rd, void *array, size_t *n, size_t elem)
{
	void **p = array;
	char *grown = realloc(*p, (*n + 1) * elem);

	if (grown == NULL) {
		rd->no_memory = true;
		return NULL;
	}
	*p = grown;
	memset(grown + *n * elem, 0, elem);
	return grown + (*n)++ * elem;
}

typedef void key_fn(struct reader *rd, const char *key, yaml_node_t *at,
	yaml_node_t *value, void *arg);

static void
each_key(struct reader *rd, yaml_node_t *map, const char *what, key_fn *fn,
	void *arg)
{
	if (map->type != YAML_MAPPING_NODE) {
		bad(rd, map, "%s must be a mapping", what);
		return;
	}
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
		p < map->data.mapping.pairs.top; p++) {
		yaml_node_t *k = yaml_document_get_node(rd->doc, p->key);
		yaml_node_t *v = yaml_document_get_node(rd->doc, p->value);
		const char *key = scalar(k);

		if (key == NULL || v == NULL)
			bad(rd, map, "a key of %s is not a word", what);
		else
			fn(rd, key, k, v, arg);
	}
}

static bool
one_of(const char *key, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(key, *list) == 0)
			return true;
	return false;
}

static bool
name_valid(const char *s)
{
	size_t len = strlen(s);

	if (len == 0 || len > NAME_MAX_LEN || !isalnum((unsigned char)*s))
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && *s != '-' && *s != '_')
			return false;
	return true;
}

static void
read_pair(struct reader *rd, const char *key, struct lab_pair **pairs,
	size_t *n, yaml_node_t *value)
{
	struct lab_pair *pair;

	if (scalar(value) == NULL) {
		bad(rd, value, "the value of %s is not a word", key);
		return;
	}
	pair = grow(rd, pairs, n, sizeof(*pair));
	if (pair != NULL) {
		pair->key = copy(rd, key);
		pair->value = copy(rd, scalar(value));
	}
}

static void
read_port(struct reader *rd, const char *key, yaml_node_t *at,
	yaml_node_t *value, void *arg)
{
	struct lab_node *node = arg;

	read_pair(rd, key, &node->ports, &node->n_ports, value);
}

static void
read_env(struct reader *rd, const char *key, yaml_node_t *at,
	yaml_node_t *value, void *arg)
{
	struct lab_node *node = arg;

	if (strchr(key, '=') != NULL || *key == '\0')
		bad(rd, at, "'%s' cannot name a variable", key);
	else
		read_pair(rd, key, &node->env, &node->n_env, value);
}

static void
read_exec(struct reader *rd, struct lab_node *node, yaml_node_t *seq)
{
	if (seq->type != YAML_SEQUENCE_NODE) {
		bad(rd, seq, "exec must be a list of commands");
		return;
	}
	for (yaml_node_item_t *i = seq->data.sequence.items.start;
		i < seq->data.sequence.items.top; i++) {
		yaml_node_t *item = yaml_document_get_node(rd->doc, *i);
		char **slot;

		if (scalar(item) == NULL) {
			bad(rd, seq, "a command of exec is not text");
			continue;
		}
		slot = grow(rd, &node->exec, &node->n_exec, sizeof(*slot));
		if (slot != NULL)
			*slot = copy(rd, scalar(item));
	}
}

static void
read_text(struct reader *rd, const char *key, char **to, yaml_node_t *value)
{
	if (scalar(value) == NULL)
		bad(rd, value, "%s must be text", key);
	else if (*to == NULL)
		*to = copy(rd, scalar(value));
	else
		bad(rd, value, "%s is given twice", key);
}

static void
read_kind(struct reader *rd, struct lab_node *node, yaml_node_t *value)
{
	const char *kind = scalar(value);

	if (kind != NULL && strcmp(kind, "linux") == 0)
		node->kind = LAB_LINUX;
	else if (kind != NULL && strcmp(kind, "vrflow") == 0)
		node->kind = LAB_VRFLOW;
	else
		bad(rd, value, "kind of node %s is '%s', not linux or vrflow",
			node->name, kind ? kind : "");
}

static void
read_bind(struct reader *rd, struct lab_node *node, const char *bind)
{
	char *path;

	if (lab_bind_config(bind, &path) != 0)
		rd->no_memory = true;
	else if (path != NULL) {
		free(node->bound_config);
		node->bound_config = path;
	}
}

static void
read_binds(struct reader *rd, struct lab_node *node, yaml_node_t *seq)
{
	if (seq->type != YAML_SEQUENCE_NODE) {
		bad(rd, seq, "binds must be a list");
		return;
	}
	for (yaml_node_item_t *i = seq->data.sequence.items.start;
		i < seq->data.sequence.items.top; i++) {
		yaml_node_t *item = yaml_document_get_node(rd->doc, *i);

		if (scalar(item) == NULL)
			bad(rd, seq, "one of binds is not text");
		else
			read_bind(rd, node, scalar(item));
	}
}

static void
read_node_key(struct reader *rd, const char *key, yaml_node_t *at,
	yaml_node_t *value, void *arg)
{
	static const char *const container_only[] = {"labels", "group", "type",
		"mgmt-ipv4", "mgmt-ipv6", "memory", "cpu", "network-mode",
		"cap-add", "image-pull-policy", "entrypoint", "cmd", "user",
		"startup-delay", "restart-policy", NULL};
	struct lab_node *node = arg;

	if (strcmp(key, "kind") == 0)
		read_kind(rd, node, value);
	else if (strcmp(key, "exec") == 0)
		read_exec(rd, node, value);
	else if (strcmp(key, "startup-config") == 0)
		read_text(rd, key, &node->startup_config, value);
	else if (strcmp(key, "image") == 0)
		read_text(rd, key, &node->image, value);
	else if (strcmp(key, "binds") == 0)
		read_binds(rd, node, value);
	else if (strcmp(key, "ports") == 0)
		each_key(rd, value, key, read_port, node);
	else if (strcmp(key, "env") == 0)
		each_key(rd, value, key, read_env, node);
	else if (!one_of(key, container_only))
		bad(rd, at, "node %s: unknown key '%s'", node->name, key);
}

static void
check_node(struct reader *rd, struct lab_node *node, yaml_node_t *at)
{
	if (lab_image_is_vrflow(node->image)) {
		node->kind = LAB_VRFLOW;
		if (node->startup_config == NULL) {
			node->startup_config = node->bound_config;
			node->bound_config = NULL;
		}
	}
	if (node->kind == LAB_VRFLOW && node->startup_config == NULL)
		bad(rd, at, "node %s needs a startup-config", node->name);
	if (node->kind == LAB_LINUX && node->startup_config != NULL)
		bad(rd, at, "node %s: only vrflow nodes have a startup-config",
			node->name);
	if (node->kind == LAB_LINUX && node->n_ports > 0)
		bad(rd, at, "node %s: only vrflow nodes have ports",
			node->name);
}

static void
read_node(struct reader *rd, const char *key, yaml_node_t *at,
	yaml_node_t *value, void *arg)
{
	struct lab_topology *t = rd->t;
	struct lab_node *node;

	if (!name_valid(key)) {
		bad(rd, at,
			"'%s' cannot name a node (letters, digits, - and _)",
			key);
		return;
	}
	if (lab_topology_node(t, key) != NULL) {
		bad(rd, at, "node %s is there twice", key);
		return;
	}
	if (t->n_nodes == NODES_MAX) {
		bad(rd, at, "more than %d nodes", NODES_MAX);
		return;
	}
	node = grow(rd, &t->nodes, &t->n_nodes, sizeof(*node));
	if (node == NULL)
		return;
	node->line = (unsigned int)at->start_mark.line + 1;
	node->name = copy(rd, key);
	if (node->name == NULL) {
		t->n_nodes--;
		return;
	}
	each_key(rd, value, key, read_node_key, node);
	check_node(rd, node, at);
}

/* ---- links ----------------------------------------------------------- */

/* ge-0/0/0 is ge-0-0-0 for Linux, whose names cannot have a slash. */
static char *
device_name(struct reader *rd, const char *ifname)
{
	char *d = copy(rd, ifname);

	for (char *p = d; p != NULL && *p != '\0'; p++)
		if (*p == '/')
			*p = '-';
	return d;
}

static bool
ifname_valid(const char *s)
{
	if (*s == '\0' || strlen(s) > DEVICE_MAX_LEN || *s == '.')
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("-_./", *s) == NULL)
			return false;
	return true;
}

static bool
end_taken(const struct lab_topology *t, const struct lab_end *end)
{
	for (size_t i = 0; i < t->n_links; i++)
		for (int e = 0; e < 2; e++) {
			const struct lab_end *o = &t->links[i].end[e];

			if (o != end && o->device != NULL &&
				o->node == end->node &&
				strcmp(o->device, end->device) == 0)
				return true;
		}
	return false;
}

static void
read_end(struct reader *rd, struct lab_end *end, yaml_node_t *at)
{
	const char *text = scalar(at);
	const char *colon = text == NULL ? NULL : strchr(text, ':');
	const struct lab_node *node;
	char name[NAME_MAX_LEN + 1];

	if (colon == NULL || (size_t)(colon - text) > NAME_MAX_LEN) {
		bad(rd, at, "an endpoint is written \"node:interface\"");
		return;
	}
	memcpy(name, text, (size_t)(colon - text));
	name[colon - text] = '\0';
	node = lab_topology_node(rd->t, name);
	if (node == NULL) {
		bad(rd, at, "endpoint %s: there is no node %s", text, name);
		return;
	}
	if (!ifname_valid(colon + 1)) {
		bad(rd, at, "endpoint %s: '%s' cannot name an interface", text,
			colon + 1);
		return;
	}
	end->node = (size_t)(node - rd->t->nodes);
	end->ifname = copy(rd, colon + 1);
	end->device = device_name(rd, colon + 1);
	if (end->device != NULL && end_taken(rd->t, end))
		bad(rd, at, "endpoint %s is used twice", text);
}

static void
read_mtu(struct reader *rd, struct lab_link *link, yaml_node_t *value)
{
	const char *s = scalar(value);
	char *end = NULL;
	long mtu = s == NULL ? 0 : strtol(s, &end, 10);

	if (s == NULL || *end != '\0' || mtu < 68 || mtu > 65535)
		bad(rd, value, "mtu must be a number from 68 to 65535");
	else
		link->mtu = (unsigned int)mtu;
}

static void
read_endpoints(struct reader *rd, struct lab_link *link, yaml_node_t *seq)
{
	yaml_node_item_t *item;

	if (seq->type != YAML_SEQUENCE_NODE ||
		seq->data.sequence.items.top - seq->data.sequence.items.start !=
			2) {
		bad(rd, seq, "endpoints must be a list of two");
		return;
	}
	item = seq->data.sequence.items.start;
	for (int e = 0; e < 2; e++) {
		yaml_node_t *n = yaml_document_get_node(rd->doc, item[e]);

		if (n != NULL)
			read_end(rd, &link->end[e], n);
	}
}

static void
read_link_key(struct reader *rd, const char *key, yaml_node_t *at,
	yaml_node_t *value, void *arg)
{
	struct lab_link *link = arg;

	if (strcmp(key, "endpoints") == 0)
		read_endpoints(rd, link, value);
	else if (strcmp(key, "mtu") == 0)
		read_mtu(rd, link, value);
	else if (strcmp(key, "labels") != 0 && strcmp(key, "vars") != 0)
		bad(rd, at, "link: unknown key '%s'", key);
}

static void
read_links(struct reader *rd, yaml_node_t *seq)
{
	if (seq->type != YAML_SEQUENCE_NODE) {
		bad(rd, seq, "links must be a list");
		return;
	}
	for (yaml_node_item_t *i = seq->data.sequence.items.start;
		i < seq->data.sequence.items.top; i++) {
		yaml_node_t *n = yaml_document_get_node(rd->doc, *i);
		unsigned int before = rd->r->errors;
		struct lab_link *link;

		if (n == NULL)
			continue;
		if (rd->t->n_links == LINKS_MAX) {
			bad(rd, n, "more than %d links", LINKS_MAX);
			return;
		}
		link = grow(rd, &rd->t->links, &rd->t->n_links, sizeof(*link));
		if (link == NULL)
			return;
		link->line = (unsigned int)n->start_mark.line + 1;
		each_key(rd, n, "a link", read_link_key, link);
		if (link->end[0].device == NULL && rd->r->errors == before)
			bad(rd, n, "a link without endpoints");
	}
}

/* ---- the document ---------------------------------------------------- */

struct sections {
	yaml_node_t *nodes, *links, *topology, *name;
};

static void
refuse_defaults(struct reader *rd, const char *key, yaml_node_t *at,
	yaml_node_t *value, void *arg)
{
	if (value->type == YAML_MAPPING_NODE)
		each_key(rd, value, key, refuse_defaults, arg);
	else if (strcmp(key, "image") != 0)
		bad(rd, at, "'%s' must be written at each node", key);
}

static void
find_topology_key(struct reader *rd, const char *key, yaml_node_t *at,
	yaml_node_t *value, void *arg)
{
	struct sections *s = arg;

	if (strcmp(key, "nodes") == 0)
		s->nodes = value;
	else if (strcmp(key, "links") == 0)
		s->links = value;
	else if (strcmp(key, "kinds") == 0 || strcmp(key, "defaults") == 0)
		each_key(rd, value, key, refuse_defaults, NULL);
	else
		bad(rd, at, "topology: unknown key '%s'", key);
}

static void
find_top_key(struct reader *rd, const char *key, yaml_node_t *at,
	yaml_node_t *value, void *arg)
{
	static const char *const container_only[] = {"prefix", "mgmt", NULL};
	struct sections *s = arg;

	if (strcmp(key, "name") == 0)
		s->name = value;
	else if (strcmp(key, "topology") == 0)
		s->topology = value;
	else if (!one_of(key, container_only))
		bad(rd, at, "unknown key '%s'", key);
}

static void
read_document(struct reader *rd)
{
	yaml_node_t *root = yaml_document_get_root_node(rd->doc);
	struct sections s = {0};
	const char *name;

	if (root == NULL) {
		report_add(rd->r, REPORT_ERROR, 1, NULL, NULL,
			"the topology is empty");
		return;
	}
	each_key(rd, root, "the topology file", find_top_key, &s);
	name = scalar(s.name);
	if (name == NULL || !name_valid(name))
		bad(rd, s.name ? s.name : root,
			"the lab needs a name of letters, digits, - and _");
	else
		rd->t->name = copy(rd, name);
	if (s.topology != NULL)
		each_key(rd, s.topology, "topology", find_topology_key, &s);
	if (s.nodes == NULL)
		bad(rd, root, "there is no topology.nodes");
	else
		each_key(rd, s.nodes, "nodes", read_node, NULL);
	if (s.links != NULL)
		read_links(rd, s.links);
}

int
lab_topology_parse(
	const char *text, size_t len, struct lab_topology *t, struct report *r)
{
	yaml_document_t doc;
	yaml_parser_t parser;
	struct reader rd = {&doc, t, r, false};

	*t = (struct lab_topology){0};
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, &doc)) {
		report_add(r, REPORT_ERROR,
			(unsigned int)parser.problem_mark.line + 1, NULL, NULL,
			"not YAML: %s", parser.problem ? parser.problem : "?");
	} else {
		read_document(&rd);
		yaml_document_delete(&doc);
	}
	yaml_parser_delete(&parser);
	if (!rd.no_memory && report_ok(r))
		return 0;
	lab_topology_done(t);
	return rd.no_memory ? -ENOMEM : -EINVAL;
}

const struct lab_node *
lab_topology_node(const struct lab_topology *t, const char *name)
{
	for (size_t i = 0; i < t->n_nodes; i++)
		if (strcmp(t->nodes[i].name, name) == 0)
			return &t->nodes[i];
	return NULL;
}

static void
pairs_done(struct lab_pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(pairs[i].key);
		free(pairs[i].value);
	}
	free(pairs);
}

void
lab_topology_done(struct lab_topology *t)
{
	for (size_t i = 0; i < t->n_nodes; i++) {
		struct lab_node *node = &t->nodes[i];

		for (size_t j = 0; j < node->n_exec; j++)
			free(node->exec[j]);
		free(node->exec);
		pairs_done(node->ports, node->n_ports);
		pairs_done(node->env, node->n_env);
		free(node->startup_config);
		free(node->image);
		free(node->bound_config);
		free(node->name);
	}
	for (size_t i = 0; i < t->n_links; i++)
		for (int e = 0; e < 2; e++) {
			free(t->links[i].end[e].ifname);
			free(t->links[i].end[e].device);
		}
	free(t->nodes);
	free(t->links);
	free(t->name);
	*t = (struct lab_topology){0};
}
