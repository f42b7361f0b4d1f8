/**
 * The keys of a site: its certificate authorities, the certificates of its nodes and its secrets.
 *
 * <p>Uses the JDK's providers for keys, signatures and TLS, and Bouncy Castle only to write certificates and PKCS#8,
 * which the JDK cannot; knows nothing else of RWO and uses no reflection. Start reading at {@link dev.rwo.keys.Site}
 * (what the owner keeps), then {@link dev.rwo.keys.Credential} (what travels in an image) and
 * {@link dev.rwo.keys.NodeCertificates} (what a node makes of it).
 */
@NullMarked
package dev.rwo.keys;

import org.jspecify.annotations.NullMarked;
