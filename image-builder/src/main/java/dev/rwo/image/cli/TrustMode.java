package dev.rwo.image.cli;

import dev.rwo.keys.Site;
import java.util.Map;

/** How nodes of an image get their certificates. */
enum TrustMode {
    /** They make them themselves: the image carries the issuing key. */
    SITE {
        @Override
        Map<String, byte[]> credential(Site site) {
            return site.credential().files();
        }
    },
    /** An operator approves each: the image carries only the root certificate and a join secret. */
    APPROVE {
        @Override
        Map<String, byte[]> credential(Site site) {
            return site.joinCredential().files();
        }
    };

    abstract Map<String, byte[]> credential(Site site);
}
