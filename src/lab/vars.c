/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/vars.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"

static struct lab_var *
find(const struct lab_vars *v, const char *name, size_t len)
{
	for (size_t i = 0; i < v->n; i++)
		if (strlen(v->var[i].name) == len &&
			memcmp(v->var[i].name, name, len) == 0)
			return &v->var[i];
	return NULL;
}

static struct lab_var *
add(struct lab_vars *v, const char *name)
{
	struct lab_var *grown = realloc(v->var, (v->n + 1) * sizeof(*grown));
	struct lab_var *var;

	if (grown == NULL)
		return NULL;
	v->var = grown;
	var = &v->var[v->n];
	var->value = NULL;
	var->name = strdup(name);
	if (var->name == NULL)
		return NULL;
	v->n++;
	return var;
}

int
lab_vars_set(struct lab_vars *v, const char *name, const char *value,
	size_t value_len)
{
	struct lab_var *var = find(v, name, strlen(name));
	char *copy = strndup(value, value_len);

	if (copy == NULL)
		return -ENOMEM;
	if (var == NULL)
		var = add(v, name);
	if (var == NULL) {
		free(copy);
		return -ENOMEM;
	}
	free(var->value);
	var->value = copy;
	return 0;
}

const char *
lab_vars_get(const struct lab_vars *v, const char *name)
{
	const struct lab_var *var = find(v, name, strlen(name));

	return var == NULL ? NULL : var->value;
}

char *
lab_vars_expand(const struct lab_vars *v, const char *text)
{
	struct sbuf out = SBUF_INIT;

	sbuf_puts(&out, "");
	while (*text != '\0') {
		const char *end = NULL;
		const struct lab_var *var = NULL;

		if (text[0] == '$' && text[1] == '{')
			end = strchr(text, '}');
		if (end != NULL)
			var = find(v, text + 2, (size_t)(end - text - 2));
		if (var != NULL) {
			sbuf_puts(&out, var->value);
			text = end + 1;
		} else {
			sbuf_putc(&out, *text++);
		}
	}
	if (out.len == 0 && !out.failed) {
		sbuf_done(&out);
		return strdup("");
	}
	return sbuf_take(&out);
}

bool
lab_var_name_valid(const char *name, size_t len)
{
	if (len == 0 || len > 64 || isdigit((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return false;
	return true;
}

void
lab_vars_done(struct lab_vars *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->var[i].name);
		free(v->var[i].value);
	}
	free(v->var);
	*v = (struct lab_vars){0};
}
