package dev.rwo.firstboot.config;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node reaches the internet where it may not do so directly. May carry a password: not for logs.
 *
 * @param http proxy for http URLs, {@code http://host:port}; null for none
 * @param https proxy for https URLs; null for none
 * @param noProxy host names, domains with a leading dot, addresses and subnets that are reached directly
 */
public record ProxyConfig(@Nullable URI http, @Nullable URI https, List<String> noProxy) {

    /** No proxy. */
    public static final ProxyConfig NONE = new ProxyConfig(null, null, List.of());

    /** Copies the list. */
    public ProxyConfig {
        noProxy = List.copyOf(noProxy);
    }

    /** Without the URLs, which may carry a password. */
    @Override
    public String toString() {
        return "ProxyConfig[http=" + (http == null ? "none" : "set") + ", https=" + (https == null ? "none" : "set")
                + ", noProxy=" + noProxy + "]";
    }
}
