/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels before 6.3 hand the request, not the caller's data, to callbacks. */
#ifndef _COMPAT_LINUX_CRYPTO_H
#define _COMPAT_LINUX_CRYPTO_H

#include_next <linux/crypto.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
typedef struct crypto_async_request *ipsec_crypto_done_arg;

static inline void *ipsec_crypto_done_data(ipsec_crypto_done_arg arg)
{
	return arg->data;
}
#else
typedef void *ipsec_crypto_done_arg;

static inline void *ipsec_crypto_done_data(ipsec_crypto_done_arg arg)
{
	return arg;
}
#endif

#endif /* _COMPAT_LINUX_CRYPTO_H */
