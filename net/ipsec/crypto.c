// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Cryptography
 *
 * ESP uses an AEAD in all cases: a combined mode algorithm as it is, a cipher
 * with a separate ICV through authenc(). AH uses an ahash, or for AES-GMAC an
 * AEAD that encrypts nothing. Asynchronous
 * implementations are welcome (before 6.16 the fast x86 AES-GCM is only to be
 * had with CRYPTO_ALG_ASYNC): each direction has one continuation,
 * ipsec_output_resume() and ipsec_input_resume(), which is called with the
 * result of the request here, or by the callback when the request said
 * -EINPROGRESS.
 *
 * The transforms take the IV as associated data behind the AH or ESP header,
 * which is how rfc4106(), rfc7539esp() and authenc() want it when no IV
 * generator template is wrapped around them. With extended sequence numbers it
 * is authencesn() instead of authenc().
 */
#include "crypto.h"

#include <crypto/aead.h>
#include <crypto/authenc.h>
#include <crypto/hash.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/esp.h>

#include "alg.h"
#include "input.h"
#include "output.h"
#include "packet.h"
#include "sa.h"

static char *crypto_wrap;
module_param(crypto_wrap, charp, 0400);
MODULE_PARM_DESC(crypto_wrap,
		 "crypto API template to put around every algorithm, e.g. cryptd (for tests)");

static struct aead_request *aead_req(struct ipsec_packet *pkt)
{
	return (struct aead_request *)pkt->req;
}

static struct ahash_request *ahash_req(struct ipsec_packet *pkt)
{
	return (struct ahash_request *)pkt->req;
}

static void resume(struct ipsec_packet *pkt, int err)
{
	/* Only requests with CRYPTO_TFM_REQ_MAY_BACKLOG see this, and ours have
	 * no such flag; a driver that says it all the same calls again.
	 */
	if (err == -EINPROGRESS)
		return;

	rcu_read_lock();
	local_bh_disable();
	if (pkt->sa->dir == IPSEC_DIR_OUT)
		ipsec_output_resume(pkt, err);
	else
		ipsec_input_resume(pkt, err);
	local_bh_enable();
	rcu_read_unlock();
}

static void crypto_done(ipsec_crypto_done_arg arg, int err)
{
	resume(ipsec_crypto_done_data(arg), err);
}

/* The upper half of an extended sequence number is authenticated and not sent
 * (RFC 4303 2.2.1). The combined modes have it between SPI and lower half
 * (RFC 4106 5, RFC 4309 5, RFC 4543 3.3, RFC 7634 2.1); authencesn() takes it
 * there too and moves it behind the trailer (RFC 4303 3.3.2.1). It does so in
 * the memory that it is given, hence a copy of the header, not the packet.
 */
static unsigned int set_esn_ad(struct ipsec_packet *pkt)
{
	const struct ip_esp_hdr *esp = (struct ip_esp_hdr *)pkt->skb->data;
	unsigned int iv_len = pkt->sa->layout.hdr_len - sizeof(*esp);
	__be32 spi_seq[3] = { esp->spi, htonl(pkt->seq >> 32), esp->seq_no };

	memcpy(pkt->esn_ad, spi_seq, IPSEC_ESN_AD_LEN);
	memcpy(pkt->esn_ad + IPSEC_ESN_AD_LEN, esp->enc_data, iv_len);
	return IPSEC_ESN_AD_LEN + iv_len;
}

static int run_aead(struct ipsec_packet *pkt, unsigned int text_len,
		    bool encrypt)
{
	const struct ipsec_sa *sa = pkt->sa;
	struct aead_request *req = aead_req(pkt);
	unsigned int hdr_len = sa->layout.hdr_len;
	unsigned int len = encrypt ? text_len + sa->layout.icv_len : text_len;
	unsigned int ad_len = hdr_len;

	if (sa->is_esn) {
		ad_len = set_esn_ad(pkt);
		sg_init_table(pkt->sg, 2);
		sg_set_buf(&pkt->sg[0], pkt->esn_ad, ad_len);
		sg_set_buf(&pkt->sg[1], pkt->skb->data + hdr_len, len);
	} else {
		sg_init_one(pkt->sg, pkt->skb->data, hdr_len + len);
	}
	aead_request_set_tfm(req, sa->aead);
	aead_request_set_callback(req, 0, crypto_done, pkt);
	aead_request_set_ad(req, ad_len);
	aead_request_set_crypt(req, pkt->sg, pkt->sg, text_len, pkt->iv);
	return encrypt ? crypto_aead_encrypt(req) : crypto_aead_decrypt(req);
}

/**
 * ipsec_crypto_encrypt() - encrypt an ESP packet and write its ICV
 * @pkt: skb->data at the ESP header, the skb includes room for the ICV
 * @text_len: bytes between the IV and the ICV
 *
 * Context: BH disabled.
 * Return: 0, -EINPROGRESS (ipsec_output_resume() will be called), or an error.
 */
int ipsec_crypto_encrypt(struct ipsec_packet *pkt, unsigned int text_len)
{
	return run_aead(pkt, text_len, true);
}

/**
 * ipsec_crypto_decrypt() - verify and decrypt an ESP packet
 * @pkt: skb->data at the ESP header
 * @text_len: bytes behind the IV, ICV included
 *
 * Context: BH disabled.
 * Return: 0, -EINPROGRESS (ipsec_input_resume() will be called), -EBADMSG for
 * a wrong ICV, or another error.
 */
int ipsec_crypto_decrypt(struct ipsec_packet *pkt, unsigned int text_len)
{
	return run_aead(pkt, text_len, false);
}

static int run_ahash(struct ipsec_packet *pkt, unsigned int len)
{
	struct ahash_request *req = ahash_req(pkt);

	ahash_request_set_tfm(req, pkt->sa->ahash);
	ahash_request_set_callback(req, 0, crypto_done, pkt);
	ahash_request_set_crypt(req, pkt->sg, pkt->icv, len);
	return crypto_ahash_digest(req);
}

/* rfc4543() authenticates associated data and text as one string, in which the
 * first bytes have to be called associated data, as many as ESP has of them. It
 * puts its tag behind: into pkt->icv.
 */
#define GMAC_AD_LEN 16
static_assert(sizeof(struct iphdr) >= GMAC_AD_LEN);

static int run_gmac(struct ipsec_packet *pkt, unsigned int len)
{
	struct aead_request *req = aead_req(pkt);

	aead_request_set_tfm(req, pkt->sa->aead);
	aead_request_set_callback(req, 0, crypto_done, pkt);
	aead_request_set_ad(req, GMAC_AD_LEN);
	aead_request_set_crypt(req, pkt->sg, pkt->sg, len - GMAC_AD_LEN,
			       pkt->iv);
	return crypto_aead_encrypt(req);
}

/**
 * ipsec_crypto_hash() - compute the ICV of an AH packet into pkt->icv
 * @pkt: skb->data at AH, whose ICV field is zero; pkt->ah_hdr has the headers
 *	in front of it, pkt->iv the IV if there is one
 * @hdr_len: bytes in pkt->ah_hdr
 *
 * Context: BH disabled.
 * Return: 0, -EINPROGRESS (the resume function will be called), or an error.
 */
int ipsec_crypto_hash(struct ipsec_packet *pkt, unsigned int hdr_len)
{
	unsigned int esn_len = pkt->sa->is_esn ? sizeof(pkt->seq_hi) : 0;
	unsigned int len = hdr_len + pkt->skb->len + esn_len;
	bool is_gmac = pkt->sa->aead;
	struct scatterlist *sg = pkt->sg;

	sg_init_table(sg, 2 + !!esn_len + is_gmac);
	sg_set_buf(sg++, pkt->ah_hdr, hdr_len);
	sg_set_buf(sg++, pkt->skb->data, pkt->skb->len);
	/* RFC 4302 3.3.3.2.2: behind the packet, in front of the hash's own
	 * padding, and never in the packet.
	 */
	if (esn_len) {
		pkt->seq_hi = htonl(pkt->seq >> 32);
		sg_set_buf(sg++, &pkt->seq_hi, esn_len);
	}
	if (!is_gmac)
		return run_ahash(pkt, len);
	sg_set_buf(sg, pkt->icv, pkt->sa->auth->icv_len);
	return run_gmac(pkt, len);
}

/**
 * ipsec_crypto_reqsize() - bytes that a request of this SA needs
 * @sa: the SA
 *
 * Return: bytes, for struct ipsec_packet's @req.
 */
unsigned int ipsec_crypto_reqsize(const struct ipsec_sa *sa)
{
	if (sa->aead)
		return sizeof(struct aead_request) +
		       crypto_aead_reqsize(sa->aead);
	return sizeof(struct ahash_request) + crypto_ahash_reqsize(sa->ahash);
}

/**
 * ipsec_crypto_driver() - implementation that the crypto API chose
 * @sa: the SA
 *
 * Return: its driver name, valid as long as the SA.
 */
const char *ipsec_crypto_driver(const struct ipsec_sa *sa)
{
	if (sa->aead)
		return crypto_tfm_alg_driver_name(crypto_aead_tfm(sa->aead));
	return crypto_tfm_alg_driver_name(crypto_ahash_tfm(sa->ahash));
}

static int crypto_name(char *buf, const struct ipsec_sa *sa)
{
	const struct ipsec_alg *enc = sa->enc, *auth = sa->auth;
	int len;

	if (enc && auth)
		len = snprintf(buf, CRYPTO_MAX_ALG_NAME, "authenc%s(%s,%s)",
			       sa->is_esn ? "esn" : "", auth->crypto,
			       enc->crypto);
	else
		len = snprintf(buf, CRYPTO_MAX_ALG_NAME, "%s",
			       enc ? enc->crypto : auth->crypto);
	return len < CRYPTO_MAX_ALG_NAME ? 0 : -ENAMETOOLONG;
}

/* ESP always, AH only with a combined mode algorithm. */
static bool needs_aead(const struct ipsec_sa *sa)
{
	return sa->enc || sa->auth->kind == IPSEC_ALG_COMBINED;
}

/* The crypto API makes a template like cryptd around any name, but finds it
 * again only under that of the implementation inside, which must be synchronous.
 */
static int wrap_name(char *buf, bool is_aead)
{
	struct crypto_ahash *ahash = NULL;
	struct crypto_aead *aead = NULL;
	char driver[CRYPTO_MAX_ALG_NAME];
	struct crypto_tfm *tfm;
	int len;

	if (is_aead)
		aead = crypto_alloc_aead(buf, 0, CRYPTO_ALG_ASYNC);
	else
		ahash = crypto_alloc_ahash(buf, 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(aead) || IS_ERR(ahash))
		return IS_ERR(aead) ? PTR_ERR(aead) : PTR_ERR(ahash);

	tfm = is_aead ? crypto_aead_tfm(aead) : crypto_ahash_tfm(ahash);
	strscpy(driver, crypto_tfm_alg_driver_name(tfm), sizeof(driver));
	if (is_aead)
		crypto_free_aead(aead);
	else
		crypto_free_ahash(ahash);
	len = snprintf(buf, CRYPTO_MAX_ALG_NAME, "%s(%s)", crypto_wrap, driver);
	return len < CRYPTO_MAX_ALG_NAME ? 0 : -ENAMETOOLONG;
}

static int missing(const struct ipsec_alg *enc, const struct ipsec_alg *auth,
		   const char *name, long err, struct netlink_ext_ack *extack)
{
	if (err == -ENOENT && enc && auth)
		NL_SET_ERR_MSG_FMT(extack,
				   "the kernel has no %s; load the modules %s, %s and %s",
				   name, strncmp(name, "authencesn", 10) ?
				   "authenc" : "authencesn",
				   enc->module, auth->module);
	else if (err == -ENOENT)
		NL_SET_ERR_MSG_FMT(extack,
				   "the kernel has no %s; load the module %s",
				   name, (enc ? : auth)->module);
	else
		NL_SET_ERR_MSG_FMT(extack,
				   "the crypto API refuses %s (error %ld)",
				   name, -err);
	return err;
}

/* The key of an authenc() transform: an rtattr with the length of the cipher
 * key, then the hash key, then the cipher key.
 */
static int set_authenc_key(struct crypto_aead *aead,
			   const struct ipsec_sa_params *params)
{
	unsigned int len = RTA_SPACE(sizeof(struct crypto_authenc_key_param)) +
			   params->auth_key_len + params->enc_key_len;
	struct crypto_authenc_key_param *param;
	struct rtattr *rta;
	int err;
	u8 *key;

	key = kzalloc(len, GFP_KERNEL_ACCOUNT);
	if (!key)
		return -ENOMEM;

	rta = (struct rtattr *)key;
	rta->rta_type = CRYPTO_AUTHENC_KEYA_PARAM;
	rta->rta_len = RTA_LENGTH(sizeof(*param));
	param = RTA_DATA(rta);
	param->enckeylen = cpu_to_be32(params->enc_key_len);
	memcpy(key + RTA_SPACE(sizeof(*param)), params->auth_key,
	       params->auth_key_len);
	if (params->enc_key_len)
		memcpy(key + RTA_SPACE(sizeof(*param)) + params->auth_key_len,
		       params->enc_key, params->enc_key_len);

	err = crypto_aead_setkey(aead, key, len);
	kfree_sensitive(key);
	return err;
}

static int new_aead(struct ipsec_sa *sa, const struct ipsec_sa_params *params,
		    const char *name, struct netlink_ext_ack *extack)
{
	const struct ipsec_alg *icv = sa->auth ? : sa->enc;
	struct crypto_aead *aead;
	int err;

	aead = crypto_alloc_aead(name, 0, 0);
	if (IS_ERR(aead))
		return missing(sa->enc, sa->auth, name, PTR_ERR(aead), extack);

	if (sa->enc && sa->auth)
		err = set_authenc_key(aead, params);
	else if (sa->enc)
		err = crypto_aead_setkey(aead, params->enc_key,
					 params->enc_key_len);
	else
		err = crypto_aead_setkey(aead, params->auth_key,
					 params->auth_key_len);
	if (!err)
		err = crypto_aead_setauthsize(aead, icv->icv_len);
	if (err) {
		NL_SET_ERR_MSG_FMT(extack, "%s refuses the key (error %d)",
				   name, -err);
		crypto_free_aead(aead);
		return err;
	}
	sa->aead = aead;
	return 0;
}

static int new_ahash(struct ipsec_sa *sa, const struct ipsec_sa_params *params,
		     const char *name, struct netlink_ext_ack *extack)
{
	struct crypto_ahash *ahash;
	int err;

	ahash = crypto_alloc_ahash(name, 0, 0);
	if (IS_ERR(ahash))
		return missing(NULL, sa->auth, name, PTR_ERR(ahash), extack);

	err = crypto_ahash_setkey(ahash, params->auth_key,
				  params->auth_key_len);
	if (!err && crypto_ahash_digestsize(ahash) > IPSEC_MAX_ICV_LEN)
		err = -EINVAL;
	if (err) {
		NL_SET_ERR_MSG_FMT(extack, "%s refuses the key (error %d)",
				   name, -err);
		crypto_free_ahash(ahash);
		return err;
	}
	sa->ahash = ahash;
	return 0;
}

/**
 * ipsec_crypto_new() - make the transform of an SA
 * @sa: the SA; its algorithms and layout are set
 * @params: the keys
 * @extack: gets the sentence on failure
 *
 * Context: process; may load crypto modules.
 * Return: 0 or -errno.
 */
int ipsec_crypto_new(struct ipsec_sa *sa, const struct ipsec_sa_params *params,
		     struct netlink_ext_ack *extack)
{
	char name[CRYPTO_MAX_ALG_NAME];
	int err;

	err = crypto_name(name, sa);
	if (!err && crypto_wrap)
		err = wrap_name(name, needs_aead(sa));
	if (err) {
		NL_SET_ERR_MSG(extack, "crypto_wrap cannot be applied");
		return err;
	}
	if (needs_aead(sa))
		return new_aead(sa, params, name, extack);
	return new_ahash(sa, params, name, extack);
}

/**
 * ipsec_crypto_free() - free the transform; the crypto API wipes the keys
 * @sa: the SA
 *
 * Context: process; no request is in flight.
 */
void ipsec_crypto_free(struct ipsec_sa *sa)
{
	if (sa->aead)
		crypto_free_aead(sa->aead);
	if (sa->ahash)
		crypto_free_ahash(sa->ahash);
}
