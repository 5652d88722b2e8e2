/* SPDX-License-Identifier: GPL-2.0 */
/* Encapsulating Security Payload (RFC 4303). */
#ifndef _NET_IPSEC_ESP_H
#define _NET_IPSEC_ESP_H

#include <uapi/linux/ipsec.h>

struct ipsec_packet;

void ipsec_esp_push(struct ipsec_packet *pkt);
int ipsec_esp_output(struct ipsec_packet *pkt);
enum ipsec_reason ipsec_esp_check(const struct ipsec_packet *pkt);
int ipsec_esp_input(struct ipsec_packet *pkt);
enum ipsec_reason ipsec_esp_pull(struct ipsec_packet *pkt);

#endif /* _NET_IPSEC_ESP_H */
