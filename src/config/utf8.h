/* SPDX-License-Identifier: Apache-2.0 */
/* utf8 - one character after the other; bytes that are none come as '?'. */
#ifndef CONFIG_UTF8_H
#define CONFIG_UTF8_H

#include <stdint.h>

/* The character at *text (not the end), and *text moved behind it. */
uint32_t config_utf8_next(const char **text);

#endif /* CONFIG_UTF8_H */
