package dev.rwo.keys;

/** The commented {@code rwo.yaml} that an owner starts from. */
final class RwoYamlTemplate {
    private RwoYamlTemplate() {}

    static String of(SiteName site) {
        return """
                # Settings of the nodes of this site. This file is rwo.yaml on the partition RWO-SEED, which any PC can edit;
                # a node reads it at every boot. A line that a node cannot use is reported on its display and by
                # 'rwo status', and the node goes on with what it had: a slip here never makes a box unreachable.
                site: %s
                """.formatted(site);
    }
}
