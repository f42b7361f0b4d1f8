package dev.rwo.image.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.keys.Site;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a site's certificates. */
@Command(
        name = "show",
        description = "Check a site and show its certificates, their fingerprints (SHA-256) and when they end.",
        mixinStandardHelpOptions = true)
final class SiteShowCommand implements Callable<Integer> {
    private final Workstation workstation;

    @Parameters(paramLabel = "SITE", description = "Name or directory of the site.")
    private String name = "";

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    SiteShowCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() throws GeneralSecurityException {
        Site site = workstation.openSite(name);
        Map<String, X509Certificate> certificates = new LinkedHashMap<>();
        certificates.put("root-ca", site.root());
        certificates.put("issuing-ca", site.issuing());
        certificates.put("update-signing", site.updateSigning());
        certificates.put("operator", site.operator().leaf());
        if (json) {
            showJson(site, certificates);
        } else {
            showText(site, certificates);
        }
        return RwoCommand.DONE;
    }

    private void showText(Site site, Map<String, X509Certificate> certificates) throws GeneralSecurityException {
        workstation.say("Site       " + site.name() + ", made " + site.created());
        workstation.say("Directory  " + site.directory());
        for (Map.Entry<String, X509Certificate> entry : certificates.entrySet()) {
            X509Certificate certificate = entry.getValue();
            workstation.say("");
            workstation.say(
                    entry.getKey() + ", until " + certificate.getNotAfter().toInstant());
            workstation.say("  " + fingerprint(certificate));
        }
    }

    private void showJson(Site site, Map<String, X509Certificate> certificates) throws GeneralSecurityException {
        ObjectNode result = JsonNodeFactory.instance
                .objectNode()
                .put("name", site.name().value())
                .put("directory", site.directory().toString())
                .put("created", site.created().toString());
        ObjectNode all = result.putObject("certificates");
        for (Map.Entry<String, X509Certificate> entry : certificates.entrySet()) {
            X509Certificate certificate = entry.getValue();
            all.putObject(entry.getKey())
                    .put("subject", certificate.getSubjectX500Principal().getName())
                    .put("notBefore", certificate.getNotBefore().toInstant().toString())
                    .put("notAfter", certificate.getNotAfter().toInstant().toString())
                    .put("sha256", fingerprint(certificate));
        }
        workstation.say(result);
    }

    private static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
    }
}
