/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/ops.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/sbuf.h"
#include "base/wall.h"
#include "ops/ops_impl.h"

const char *
ops_arg(const struct ops_request *rq, const char *element)
{
	for (unsigned int i = 0; i < rq->nargs; i++)
		if (strcmp(rq->args[i].arg->element, element) == 0)
			return rq->args[i].value ? rq->args[i].value : "";
	return NULL;
}

static void
error_elements(struct tnode *root, const char *message)
{
	tree_leaf(root, "error-type", "application");
	tree_leaf(root, "error-tag", "operation-failed");
	tree_leaf(root, "error-severity", "error");
	tree_leaf(root, "error-message", "%s", message);
}

struct tree *
ops_error_tree(const char *message)
{
	struct tree *t = tree_create();

	if (t != NULL)
		error_elements(tree_root(t, "rpc-error"), message);
	return t;
}

void
ops_error(struct ops_request *rq, const char *fmt, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	rq->failed = true;
	rq->cursor = 0;
	tree_free(rq->out);
	rq->out = ops_error_tree(message);
}

struct tnode *
ops_root(struct ops_request *rq, const char *name, const char *style)
{
	struct tnode *root;

	if (rq->out == NULL)
		rq->out = tree_create();
	if (rq->out == NULL) {
		rq->failed = true;
		rq->cursor = 0;
		return NULL;
	}
	root = tree_root(rq->out, name);
	if (style != NULL && style[0] != '\0')
		tree_attr(root, "junos:style", "%s", style);
	return root;
}

void
ops_text(struct ops_request *rq, const char *text)
{
	struct tnode *root = ops_root(rq, "output", NULL);

	if (root == NULL)
		return;
	/* The root gets the text of a leaf that is then forgotten. */
	root->value = tree_leaf(root, "text", "%s", text)->value;
	root->first = root->last = NULL;
}

const char *
ops_level(const struct ops_request *rq, const char *dflt)
{
	static const char *const levels[] = {
		"terse", "brief", "detail", "extensive", "summary"};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (ops_arg(rq, levels[i]) != NULL)
			return levels[i];
	return dflt;
}

const struct image *
ops_image(struct ops_request *rq)
{
	const struct image *image =
		rq->env->image != NULL ? rq->env->image() : NULL;

	if (image == NULL)
		ops_error(rq, "no configuration is committed");
	return image;
}

bool
ops_arg_ifl(struct ops_request *rq, const struct image *image,
	const char *element, const struct ifl_spec **ret)
{
	const char *name = ops_arg(rq, element);

	*ret = name != NULL ? image_ifl_by_name(image, name) : NULL;
	if (name != NULL && *ret == NULL)
		ops_error(rq, "interface %s not found", name);
	return name == NULL || *ret != NULL;
}

bool
ops_arg_vr(struct ops_request *rq, const struct image *image,
	const char *element, const struct vr_spec **ret)
{
	const char *name = ops_arg(rq, element);

	*ret = NULL;
	if (name == NULL)
		return true;
	*ret = image_vr_by_name(
		image, strcmp(name, "default") == 0 ? "master" : name);
	if (*ret == NULL)
		ops_error(rq, "instance %s not found", name);
	return *ret != NULL;
}

bool
ops_arg_zone(struct ops_request *rq, const struct image *image,
	const char *element, struct zone_id *ret, bool *ret_given)
{
	const char *name = ops_arg(rq, element);
	const struct zone_spec *zone;

	*ret_given = name != NULL;
	if (name == NULL)
		return true;
	if (strcmp(name, "junos-host") == 0) {
		*ret = ZONE_JUNOS_HOST;
		return true;
	}
	zone = image_zone_by_name(image, name);
	if (zone == NULL) {
		ops_error(rq, "security zone %s not found", name);
		return false;
	}
	*ret = zone->id;
	return true;
}

bool
ops_arg_u32(struct ops_request *rq, const char *element, uint32_t *ret)
{
	const char *text = ops_arg(rq, element);
	unsigned long long v;
	char *end;

	if (text == NULL)
		return true;
	v = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || v > UINT32_MAX) {
		ops_error(rq, "invalid value: '%s' for %s", text, element);
		return false;
	}
	*ret = (uint32_t)v;
	return true;
}

bool
ops_arg_addr(struct ops_request *rq, const char *element, struct ip_addr *ret)
{
	const char *text = ops_arg(rq, element);

	if (text == NULL || ip_addr_parse(text, ret))
		return true;
	ops_error(rq, "invalid ip address or hostname: '%s'", text);
	return false;
}

bool
ops_arg_prefix(
	struct ops_request *rq, const char *element, struct ip_prefix *ret)
{
	const char *text = ops_arg(rq, element);

	if (text == NULL || ip_prefix_parse(text, ret))
		return true;
	ops_error(rq, "invalid prefix: '%s'", text);
	return false;
}

bool
ops_arg_protocol(struct ops_request *rq, const char *element, int *ret)
{
	const char *text = ops_arg(rq, element);

	if (text == NULL)
		return true;
	*ret = ip_protocol_parse(text);
	if (*ret < 0)
		ops_error(rq, "invalid protocol: '%s'", text);
	return *ret >= 0;
}

uint64_t
ops_unix_time(const struct ops_env *env)
{
	return env->start_time + env->now_ms() / 1000;
}

const char *
ops_time_text(uint64_t unix_s, char buf[OPS_TIME_MAX])
{
	wall_text((int64_t)unix_s, buf);
	return buf;
}

/* The days of an age: "", "1d " or "2w3d ". */
static int
days_text(uint64_t s, char buf[OPS_TIME_MAX])
{
	unsigned long long days = s / 86400;

	buf[0] = '\0';
	if (days >= 7)
		return snprintf(
			buf, OPS_TIME_MAX, "%lluw%llud ", days / 7, days % 7);
	return days > 0 ? snprintf(buf, OPS_TIME_MAX, "%llud ", days) : 0;
}

const char *
ops_age_text(uint64_t s, char buf[OPS_TIME_MAX])
{
	int n = days_text(s, buf);
	unsigned int rest = (unsigned int)(s % 86400);

	snprintf(buf + n, (size_t)(OPS_TIME_MAX - n), "%02u:%02u:%02u",
		rest / 3600, rest / 60 % 60, rest % 60);
	return buf;
}

const char *
ops_age_short(uint64_t s, char buf[OPS_TIME_MAX])
{
	int n = days_text(s, buf);
	unsigned int rest = (unsigned int)(s % 86400);
	size_t size = (size_t)(OPS_TIME_MAX - n);

	if (n > 0 || rest >= 3600)
		snprintf(buf + n, size, "%u:%02u:%02u", rest / 3600,
			rest / 60 % 60, rest % 60);
	else if (rest >= 60)
		snprintf(buf, size, "%u:%02u", rest / 60, rest % 60);
	else
		snprintf(buf, size, "%u", rest);
	return buf;
}

void
ops_seconds(struct tnode *n, uint64_t seconds)
{
	tree_attr(n, "junos:seconds", "%llu", (unsigned long long)seconds);
}

const char *
ops_mac_text(const uint8_t mac[6], char buf[OPS_MAC_MAX])
{
	snprintf(buf, OPS_MAC_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
		mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}

const char *
ops_protocol_text(uint8_t protocol, char buf[8])
{
	const char *name = ip_protocol_name(protocol);

	if (name != NULL)
		return name;
	snprintf(buf, 8, "%u", protocol);
	return buf;
}

void
ops_host_inbound(const struct host_inbound_spec *h, struct sbuf *out)
{
	const char *sep = "";

	for (unsigned int i = 0; i < HOST_SVC_COUNT; i++) {
		if (i == HOST_SVC_OTHER || (h->services >> i & 1) == 0)
			continue;
		sbuf_printf(out, "%s%s", sep,
			host_service_name((enum host_service)i));
		sep = " ";
	}
	for (unsigned int i = 0; i < HOST_PROTO_COUNT; i++) {
		if ((h->protocols >> i & 1) == 0)
			continue;
		sbuf_printf(out, "%s%s", sep,
			host_protocol_name((enum host_protocol)i));
		sep = " ";
	}
}
