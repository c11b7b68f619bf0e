/* SPDX-License-Identifier: Apache-2.0 */
/* Which line of the configuration a dropped packet can be blamed on. */
#include <stdlib.h>

#include "base/sbuf.h"
#include "config/config.h"
#include "explain/explain_impl.h"
#include "pkt/drop_note.h"

static const struct cnode *
by_policy(const struct cnode *root, const struct image *image,
	const struct drop_note *note)
{
	const struct policy_spec *p = image_policy(image, note->policy);

	if (p == NULL)
		return line_policy(root, image, NULL, ZONE_NULL, ZONE_NULL);
	return line_policy(root, image, p,
		p->nfrom > 0 ? p->from[0] : ZONE_NULL,
		p->nto > 0 ? p->to[0] : ZONE_NULL);
}

static const struct cnode *
by_filter(const struct cnode *root, const struct image *image,
	const struct drop_note *note)
{
	const struct image_spec *s = image_spec_of(image);
	const struct filter_spec *f;

	if (note->filter == 0 || note->filter > s->nfilters)
		return NULL;
	f = &s->filters[note->filter - 1];
	return line_filter_term(root, f->family, f->name,
		note->term != 0 && note->term <= f->n
			? f->terms[note->term - 1].name
			: NULL);
}

static const struct cnode *
by_reverse(const struct cnode *root, const struct image *image,
	const struct ifl_spec *ifl)
{
	enum reverse_rule rules[] = {
		REVERSE_BY_ZONE, REVERSE_BY_INSTANCE, REVERSE_BY_GLOBAL};
	const struct cnode *n = NULL;

	for (size_t i = 0; i < 3 && n == NULL && ifl != NULL; i++)
		n = line_reverse(root, rules[i],
			image_zone_name(image, ifl->zone),
			vr_name(image, ifl->vr));
	return n;
}

static const struct cnode *
line_of(const struct cnode *root, const struct image *image,
	const struct drop_note *note, const struct ifl_spec *ifl)
{
	const char *zone = ifl != NULL ? image_zone_name(image, ifl->zone) : "";

	switch ((enum reason)note->reason) {
	case REASON_POLICY_DENY:
	case REASON_POLICY_REJECT:
	case REASON_DEFAULT_DENY:
		return by_policy(root, image, note);
	case REASON_FILTER_DISCARD:
		return by_filter(root, image, note);
	case REASON_HOST_INBOUND:
		return ifl != NULL ? line_host_inbound(root, zone, ifl->name)
				   : NULL;
	case REASON_FAMILY_DROP:
		return line_mode(root, IP_V4);
	case REASON_REVERSE_NO_ROUTE:
	case REASON_REVERSE_ZONE:
		return by_reverse(root, image, ifl);
	case REASON_MANAGEMENT_ZONE:
		return cnode_find(
			root, "security", "zones", "functional-zone", NULL);
	case REASON_TCP_HANDSHAKE:
		return cnode_find(root, "security", "flow", "tcp-session",
			"strict-syn-check", NULL);
	default:
		return NULL;
	}
}

bool
explain_drop_line(const struct config_tree *tree, const struct image *image,
	const struct drop_note *note, const struct ifl_spec *ifl,
	struct sbuf *out)
{
	const struct cnode *n = line_of(config_root(tree), image, note, ifl);
	char *path = n != NULL ? cnode_path(n) : NULL;
	bool found = path != NULL && path[0] != '\0';

	if (found)
		sbuf_printf(out, "set %s", path);
	free(path);
	return found;
}
