package dev.rwo.keys;

/** The commented {@code rwo.yaml} that an owner starts from. */
final class RwoYamlTemplate {
    private RwoYamlTemplate() {}

    static String of(SiteName site) {
        return """
                # Settings of the nodes of this site. On a stick or disk this file is rwo.yaml on the partition RWO-SEED,
                # which any PC can edit; a node reads it at every boot. What a node cannot use it reports on its display
                # and in 'rwo status', and goes on with what it had: a slip here never makes a box unreachable.
                # Remove the '# ' before a line to use it.

                site: %s

                # A node names itself after its identity unless you name it. Only for an image that is for one box.
                # node:
                #   name: till-1

                # Addresses come from DHCP. For a fixed one instead (one box again), with 'interface' or 'mac' if the box
                # has several ports:
                # network:
                #   address: 192.168.1.20/24
                #   gateway: 192.168.1.1
                #   dns:
                #     - 192.168.1.1
                #   interface: enp1s0

                # proxy:
                #   http: http://proxy.example:3128
                #   https: http://proxy.example:3128
                #   noProxy:
                #     - .shop.example
                #     - 192.168.0.0/16

                # Time servers; without, those of DHCP and Debian.
                # ntp:
                #   servers:
                #     - 192.168.1.1

                # Who may log in as root with ssh; without a key nobody can.
                # ssh:
                #   authorizedKeys:
                #     - ssh-ed25519 AAAA... you@example

                # error, warn, info or debug
                # logLevel: info

                # A box that starts from a stick runs from it (none), or installs itself to the one internal disk that fits and
                # is empty (auto), or to the disk you name, such as /dev/nvme0n1.
                # install:
                #   target: none
                """.formatted(site);
    }
}
