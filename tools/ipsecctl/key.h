/* SPDX-License-Identifier: GPL-2.0 */
/* Key material from files, standard input and configuration files. */
#ifndef IPSECCTL_KEY_H
#define IPSECCTL_KEY_H

#include "model.h"

#include <sys/stat.h>

#define KEY_ERROR_MAX 512

bool key_read_file(struct key *key, const char *path, const char *base_dir,
		   char *error);
bool key_parse_hex(struct key *key, const char *text, size_t len,
		   const char *name, char *error);
bool key_is_exposed(const struct stat *st);

#endif /* IPSECCTL_KEY_H */
