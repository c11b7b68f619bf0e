/* SPDX-License-Identifier: Apache-2.0 */
/* The questions about interfaces, zones and virtual routers. */
#include "image/image.h"

#include <string.h>

#include "image/image_impl.h"

const struct image_spec *
image_spec_of(const struct image *image)
{
	return image->spec;
}

const struct ifl_spec *
image_ifl_of_frame(const struct image *image, struct ifd_id ifd, uint16_t vlan)
{
	if (ifd.v >= IFD_MAX)
		return NULL;
	if (vlan == 0)
		return image->untagged[ifd.v];
	if (image->tagged[ifd.v] == NULL)
		return NULL;
	return image->tagged[ifd.v][vlan & 0xfff];
}

const struct ifl_row_in *
image_row_in(const struct image *image, struct ifd_id ifd)
{
	return &image->row_in[ifd.v < IFD_MAX ? ifd.v : IFD_MAX];
}

const struct ifl_row_out *
image_row_out(const struct image *image, struct ifl_id ifl)
{
	return &image->row_out[ifl.v < image->nifl_by_id ? ifl.v : 0];
}

const struct ifl_spec *
image_ifl(const struct image *image, struct ifl_id ifl)
{
	return ifl.v < image->nifl_by_id ? image->ifl_by_id[ifl.v] : NULL;
}

const struct zone_spec *
image_zone(const struct image *image, struct zone_id zone)
{
	return zone.v < image->nzone_by_id ? image->zone_by_id[zone.v] : NULL;
}

const struct vr_spec *
image_vr(const struct image *image, struct vr_id vr)
{
	return vr.v < image->nvr_by_id ? image->vr_by_id[vr.v] : NULL;
}

const struct policy_spec *
image_policy(const struct image *image, uint32_t index)
{
	return index < image->npolicy_by_index ? image->policy_by_index[index]
					       : NULL;
}

uint8_t
image_policy_flags(const struct image *image, uint32_t index)
{
	return index < image->npolicy_by_index ? image->flags_by_index[index]
					       : 0;
}

uint32_t
image_policy_place(const struct image *image, uint32_t index)
{
	const struct policy_spec *p = image_policy(image, index);

	return p == NULL ? UINT32_MAX : (uint32_t)(p - image->spec->policies);
}

const struct ifl_spec *
image_ifl_by_name(const struct image *image, const char *name)
{
	for (size_t i = 0; i < image->spec->nifls; i++)
		if (strcmp(image->spec->ifls[i].name, name) == 0)
			return &image->spec->ifls[i];
	return NULL;
}

const struct vr_spec *
image_vr_by_name(const struct image *image, const char *name)
{
	if (strcmp(name, "default") == 0)
		name = "master";
	for (size_t i = 0; i < image->spec->nvrs; i++)
		if (strcmp(image->spec->vrs[i].name, name) == 0)
			return &image->spec->vrs[i];
	return NULL;
}

const struct zone_spec *
image_zone_by_name(const struct image *image, const char *name)
{
	for (size_t i = 0; i < image->spec->nzones; i++)
		if (strcmp(image->spec->zones[i].name, name) == 0)
			return &image->spec->zones[i];
	return NULL;
}

const char *
image_zone_name(const struct image *image, struct zone_id zone)
{
	const struct zone_spec *z = image_zone(image, zone);

	if (z != NULL)
		return z->name;
	if (zone.v == ZONE_JUNOS_HOST.v)
		return "junos-host";
	return zone.v == ZONE_NULL.v ? "null" : "?";
}

const char *
image_ifl_name(const struct image *image, struct ifl_id ifl)
{
	const struct ifl_spec *s = image_ifl(image, ifl);

	return s != NULL ? s->name : "?";
}

uint32_t
image_filter_slot(
	const struct image *im, unsigned int filter, unsigned int term)
{
	return im->filter_first[filter] + term;
}
