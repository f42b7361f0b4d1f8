package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Entry;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code proxy:}. */
final class ProxySection extends SectionReading {

    private static final Pattern NO_PROXY = Pattern.compile("[A-Za-z0-9.*:/_\\[\\]-]{1,253}");

    ProxySection(SectionReading whole) {
        super(whole);
    }

    Optional<ProxyConfig> read(Entry entry) {
        Optional<Fields> section = section(entry);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = section.get();
        URI http = proxyUrl(fields, "http");
        URI https = proxyUrl(fields, "https");
        List<String> direct = new ArrayList<>();
        for (Text text : fields.texts("noProxy").map(Texts::good).orElse(List.of())) {
            for (String each : text.text().split("[, ]+", -1)) {
                if (NO_PROXY.matcher(each).matches()) {
                    direct.add(each);
                } else if (!each.isEmpty()) {
                    problem(
                            text.place(),
                            "proxy.noProxy",
                            shown(each) + " is not a host, domain, address or subnet",
                            "write for example .shop.example or 10.0.0.0/8");
                }
            }
        }
        return fields.isBroken() ? Optional.empty() : Optional.of(new ProxyConfig(http, https, direct));
    }

    private @Nullable URI proxyUrl(Fields fields, String name) {
        Optional<Text> given = fields.text(name);
        if (given.isEmpty()) {
            return null;
        }
        Text text = given.get();
        Optional<URI> url = proxyUrl(text.text());
        if (url.isPresent()) {
            return url.get();
        }
        fields.breakIt();
        problem(
                text.place(),
                "proxy." + name,
                shown(text.text()) + " is not the URL of a proxy",
                "write for example http://proxy.shop.example:3128");
        return null;
    }

    private static Optional<URI> proxyUrl(String text) {
        try {
            URI url = new URI(text);
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            String path = String.valueOf(url.getRawPath());
            boolean good = (scheme.equals("http") || scheme.equals("https"))
                    && url.getHost() != null
                    && url.getPort() != 0
                    && url.getPort() <= 65535
                    && (path.isEmpty() || path.equals("/"))
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null
                    && text.chars().allMatch(c -> c < 127);
            return good ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
