/* SPDX-License-Identifier: GPL-2.0 */
/* Memory for keys: locked, left out of core dumps, wiped at exit. */
#ifndef IPSECCTL_SECRET_H
#define IPSECCTL_SECRET_H

#include <stddef.h>

void secret_init(void);
void *secret_alloc(size_t size);
char *secret_strndup(const char *text, size_t len);

#endif /* IPSECCTL_SECRET_H */
