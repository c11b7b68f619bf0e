/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [FL-35]: when the session table has filled to the high
 * watermark, sessions that are idle for longer than early-ageout end, until
 * the table is down to the low watermark.
 *
 * What we do: sessions are not kept in the order of their last packet, which
 * would cost every packet something; so while it lasts the worker walks its
 * table, a few slots between two bursts and at most once a second around.
 * Sessions that never time out are left alone.
 */
#include "flow/session.h"

#include "image/image_spec.h"

struct marks {
	uint64_t high, low; /* sessions */
};

/* A low watermark above the high one, as by default, means that one. */
static struct marks
marks_of(const struct session_table *t, const struct flow_spec *f)
{
	uint8_t low = f->low_watermark < f->high_watermark ? f->low_watermark
							   : f->high_watermark;

	return (struct marks){(uint64_t)t->max * f->high_watermark / 100,
		(uint64_t)t->max * low / 100};
}

static void
begin(struct session_table *t)
{
	t->early = true;
	t->early_at = 1;
	t->early_begun++;
}

static void
end(struct session_table *t)
{
	t->early = false;
	t->early_ended++;
}

static void
look(struct session_table *t, uint32_t index, uint32_t idle_ms, uint32_t now_ms,
	uint32_t now_s)
{
	const struct session *s = session_at(t, index);

	if (s->state == SESSION_VALID && s->timeout_s != TIMEOUT_NEVER &&
		session_idle_ms(t, index, now_ms) >= idle_ms)
		session_close(t, index, CLOSE_IDLE, now_s);
}

static bool
enough(const struct session_table *t, const struct marks *m)
{
	return t->valid <= m->low && (t->valid < m->high || t->valid == 0);
}

uint32_t
session_early_ageout(struct session_table *t, const struct flow_spec *f,
	uint32_t now_ms, uint32_t now_s, uint32_t budget)
{
	struct marks m = marks_of(t, f);
	uint32_t done = 0;

	if (!t->early) {
		if (f->high_watermark >= 100 || t->valid < m.high ||
			t->valid == 0)
			return 0;
		begin(t);
	}
	if (f->high_watermark >= 100) { /* a commit has switched it off */
		end(t);
		return 0;
	}
	if (t->early_at == 0 && t->early_s != now_s)
		t->early_at = 1; /* once more around */
	for (; t->early_at != 0 && done < budget; done++) {
		if (enough(t, &m))
			break;
		t->early_s = now_s;
		look(t, t->early_at, f->early_ageout * 1000u, now_ms, now_s);
		t->early_at = t->early_at < t->top ? t->early_at + 1 : 0;
	}
	if (enough(t, &m))
		end(t);
	return done;
}
