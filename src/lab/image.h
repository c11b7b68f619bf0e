/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image - what a node of containerlab's says of its container: is it vrflow,
 * and where is the configuration?
 */
#ifndef LAB_IMAGE_H
#define LAB_IMAGE_H

#include <stdbool.h>

/* registry/of/somebody/vrflow:tag; NULL is not. */
bool lab_image_is_vrflow(const char *image);

/*
 * *ret_path: the configuration by a bind of /etc/vrflow or of the file there
 * (dir:/etc/vrflow:ro), the caller's to free; NULL: it says nothing of it.
 * 0 or -ENOMEM.
 */
int lab_bind_config(const char *bind, char **ret_path);

#endif /* LAB_IMAGE_H */
