/* SPDX-License-Identifier: Apache-2.0 */
/*
 * product - how vrflow introduces itself to clients that know Junos devices:
 * some refuse a model whose name does not begin with "srx", some a version
 * that is not spelled like one of Junos.
 */
#ifndef RENDER_PRODUCT_H
#define RENDER_PRODUCT_H

#ifndef PRODUCT_MODEL
#define PRODUCT_MODEL "srx-vrflow"
#endif
#define JUNOS_RELEASE "23.4R1"
#define JUNOS_VERSION JUNOS_RELEASE ".1"

#endif /* RENDER_PRODUCT_H */
