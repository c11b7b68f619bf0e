/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/image.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

bool
lab_image_is_vrflow(const char *image)
{
	const char *slash = image != NULL ? strrchr(image, '/') : NULL;
	const char *name = slash != NULL ? slash + 1 : image;

	return name != NULL && strncmp(name, "vrflow", 6) == 0 &&
	       (name[6] == '\0' || name[6] == ':' || name[6] == '@');
}

int
lab_bind_config(const char *bind, char **ret_path)
{
	int from = (int)strcspn(bind, ":");
	const char *to = bind + from + (bind[from] == ':');
	int len = (int)strcspn(to, ":");
	char target[32];

	*ret_path = NULL;
	if (len >= (int)sizeof(target))
		return 0;
	snprintf(target, sizeof(target), "%.*s", len, to);
	if (strcmp(target, "/etc/vrflow") == 0) {
		if (asprintf(ret_path, "%.*s/vrflow.conf", from, bind) < 0)
			return -ENOMEM;
	} else if (strcmp(target, "/etc/vrflow/vrflow.conf") == 0) {
		if (asprintf(ret_path, "%.*s", from, bind) < 0)
			return -ENOMEM;
	}
	return 0;
}
