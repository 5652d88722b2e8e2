// SPDX-License-Identifier: GPL-2.0
/*
 * What an algorithm costs alone, through the crypto API: what is left for
 * everything else of a packet is the difference.
 *
 * "NAME KEY ASSOC TEXT COUNT" written to the parameter "measure" encrypts COUNT
 * times a text of TEXT bytes behind ASSOC bytes that are authenticated alone,
 * in one piece of memory, in place, with a key of KEY bytes. A name that is a
 * hash's digests ASSOC + TEXT bytes. Reading it then gives nanoseconds for all of
 * them, and for as many that are encrypted and decrypted again.
 */
#include <crypto/aead.h>
#include <crypto/authenc.h>
#include <crypto/hash.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#define NAME_LEN 80
#define KEY_MAX 64
#define BUFFER_LEN 4096
#define ICV_LEN 16
#define AUTH_KEY_LEN 32

/**
 * struct job - what to measure
 * @name: of the algorithm
 * @key: bytes of its key; with authenc() of that of the cipher in it
 * @assoc: bytes that are authenticated and not encrypted
 * @text: bytes that are both
 * @count: how often
 */
struct job {
	char name[NAME_LEN];
	unsigned int key;
	unsigned int assoc;
	unsigned int text;
	unsigned int count;
};

static u64 ns_encrypt;
static u64 ns_both;

/* The key of authenc(): see crypto_authenc_extractkeys(). */
static unsigned int authenc_key(u8 *key, unsigned int cipher_key)
{
	struct crypto_authenc_key_param param = {
		.enckeylen = cpu_to_be32(cipher_key),
	};
	struct rtattr rta = {
		.rta_len = RTA_LENGTH(sizeof(param)),
		.rta_type = CRYPTO_AUTHENC_KEYA_PARAM,
	};

	memcpy(key, &rta, sizeof(rta));
	memcpy(key + sizeof(rta), &param, sizeof(param));
	get_random_bytes(key + RTA_SPACE(sizeof(param)),
			 AUTH_KEY_LEN + cipher_key);
	return RTA_SPACE(sizeof(param)) + AUTH_KEY_LEN + cipher_key;
}

static int set_key(struct crypto_aead *tfm, const struct job *job)
{
	u8 key[RTA_SPACE(sizeof(struct crypto_authenc_key_param)) +
	       AUTH_KEY_LEN + KEY_MAX];
	unsigned int len = job->key;

	if (strstarts(job->name, "authenc"))
		len = authenc_key(key, job->key);
	else
		get_random_bytes(key, len);
	return crypto_aead_setkey(tfm, key, len) ?:
	       crypto_aead_setauthsize(tfm, ICV_LEN);
}

static int loop(struct aead_request *req, const struct job *job, u8 *buffer,
		bool is_both, u64 *ns)
{
	DECLARE_CRYPTO_WAIT(wait);
	struct scatterlist sg;
	u8 iv[32] = {};
	unsigned int i;
	u64 start;
	int err = 0;

	sg_init_one(&sg, buffer, job->assoc + job->text + ICV_LEN);
	aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_BACKLOG,
				  crypto_req_done, &wait);
	aead_request_set_ad(req, job->assoc);
	start = ktime_get_ns();
	for (i = 0; i < job->count && !err; i++) {
		aead_request_set_crypt(req, &sg, &sg, job->text, iv);
		err = crypto_wait_req(crypto_aead_encrypt(req), &wait);
		if (!is_both || err)
			continue;
		aead_request_set_crypt(req, &sg, &sg, job->text + ICV_LEN, iv);
		memset(iv, 0, sizeof(iv));
		err = crypto_wait_req(crypto_aead_decrypt(req), &wait);
	}
	*ns = ktime_get_ns() - start;
	return err;
}

static int measure_aead(const struct job *job, u8 *buffer)
{
	struct crypto_aead *tfm = crypto_alloc_aead(job->name, 0, 0);
	struct aead_request *req;
	int err;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = set_key(tfm, job);
	req = aead_request_alloc(tfm, GFP_KERNEL);
	if (!req)
		err = -ENOMEM;
	if (!err)
		err = loop(req, job, buffer, false, &ns_encrypt) ?:
		      loop(req, job, buffer, true, &ns_both);
	aead_request_free(req);
	crypto_free_aead(tfm);
	return err;
}

static int measure_hash(const struct job *job, u8 *buffer)
{
	struct crypto_shash *tfm = crypto_alloc_shash(job->name, 0, 0);
	u8 key[KEY_MAX], digest[HASH_MAX_DIGESTSIZE];
	unsigned int i;
	u64 start;
	int err;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	get_random_bytes(key, job->key);
	err = crypto_shash_setkey(tfm, key, job->key);
	start = ktime_get_ns();
	for (i = 0; i < job->count && !err; i++)
		err = crypto_shash_tfm_digest(tfm, buffer,
					      job->assoc + job->text, digest);
	ns_encrypt = ktime_get_ns() - start;
	ns_both = 2 * ns_encrypt;
	crypto_free_shash(tfm);
	return err;
}

static int measure_set(const char *text, const struct kernel_param *kp)
{
	struct job job;
	u8 *buffer;
	int err;

	if (sscanf(text, "%79s %u %u %u %u", job.name, &job.key, &job.assoc,
		   &job.text, &job.count) != 5 || job.key > KEY_MAX ||
	    job.assoc > BUFFER_LEN || job.text > BUFFER_LEN ||
	    job.assoc + job.text + ICV_LEN > BUFFER_LEN)
		return -EINVAL;
	buffer = kzalloc(BUFFER_LEN, GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;
	if (strstarts(job.name, "hmac"))
		err = measure_hash(&job, buffer);
	else
		err = measure_aead(&job, buffer);
	kfree(buffer);
	return err;
}

static int measure_get(char *text, const struct kernel_param *kp)
{
	return sysfs_emit(text, "%llu %llu\n", ns_encrypt, ns_both);
}

static const struct kernel_param_ops measure_ops = {
	.set = measure_set,
	.get = measure_get,
};

module_param_cb(measure, &measure_ops, NULL, 0600);
MODULE_PARM_DESC(measure, "NAME KEY ASSOC TEXT COUNT: what to measure");

MODULE_DESCRIPTION("Algorithms of the crypto API alone, for the benchmark");
MODULE_LICENSE("GPL");
