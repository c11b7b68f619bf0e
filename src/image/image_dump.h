/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_dump - an image_spec as text, for golden tests and support: complete,
 * one thing a line, the same for the same spec. Ids are printed with the names
 * that they stand for.
 */
#ifndef IMAGE_IMAGE_DUMP_H
#define IMAGE_IMAGE_DUMP_H

struct image_spec;
struct sbuf;

/*
 * The predefined applications are left out but for those that policies use:
 * they are the same in every image.
 */
void image_spec_dump(const struct image_spec *spec, struct sbuf *out);

#endif /* IMAGE_IMAGE_DUMP_H */
