/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One writer for text and JSON. The text of a statement is valid input; what
 * is not input stands behind a '#'.
 */
#ifndef IPSECCTL_OUT_H
#define IPSECCTL_OUT_H

#include <stdbool.h>
#include <stdint.h>

#define OUT_SCHEMA_VERSION 1

void out_begin(bool is_json);
void out_end(void);
bool out_is_json(void);

void out_array_open(const char *key);
void out_array_close(void);
void out_object_open(const char *key);
void out_object_close(void);

void out_json_string(const char *key, const char *value);
void out_json_number(const char *key, uint64_t value);
void out_json_bool(const char *key, bool value);
void out_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

void out_word(const char *key, const char *value);
void out_string(const char *key, const char *value);
void out_path(const char *key, const char *value);
void out_number(const char *key, uint32_t value);
void out_range(const char *key, uint32_t min, uint32_t max);
void out_range_item(uint32_t min, uint32_t max);
void out_spi(uint32_t spi);

#endif /* IPSECCTL_OUT_H */
