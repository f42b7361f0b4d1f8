package dev.rwo.agent.node;

import dev.rwo.agent.trust.TrustStore;
import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.DataDisk;
import dev.rwo.firstboot.Identity;
import dev.rwo.firstboot.IdentityResult;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.SeedImport;
import dev.rwo.firstboot.SeedResult;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageBoard;
import dev.rwo.firstboot.StageFinding;
import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.config.NodeConfig;
import dev.rwo.firstboot.config.ProxyConfig;
import dev.rwo.keys.SiteName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must stand before the HTTPS server starts: data disk looked at, seed taken over, identity and certificate made.
 * Doing it again changes nothing.
 */
public final class PreparedNode {

    private static @Nullable PreparedNode prepared;

    private final NodeLayout layout;
    private final Clock clock;
    private final StageBoard board;
    private final SeedResult seed;
    private final TrustStore trust;
    private volatile IdentityResult identity;
    private volatile String approvalCode = "";
    private volatile String approvalHost = "";

    private PreparedNode(NodeLayout layout, Clock clock) {
        this.layout = layout;
        this.clock = clock;
        this.board = new StageBoard(layout, clock);
        board.set(DataDisk.check(layout));
        this.seed = SeedImport.run(layout, clock).under(System.getenv());
        this.identity = Identity.loadOrCreate(layout, seed.effective(), clock);
        board.set(identity.finding());
        this.trust = TrustStore.open(layout, clock);
    }

    /** {@code RWO_ROOT}, or the machine's root. */
    public static Path rootFromEnvironment() {
        return Path.of(System.getenv().getOrDefault("RWO_ROOT", "/"));
    }

    /** Prepares the node below a root; the same root is prepared once a process. */
    public static synchronized PreparedNode prepare(Path root) {
        PreparedNode node = prepared;
        if (node == null || !node.layout.root().equals(root)) {
            node = new PreparedNode(NodeLayout.of(root), Clock.systemUTC());
            prepared = node;
        }
        return node;
    }

    /** The settings of the HTTPS server and the log, by their Quarkus names. */
    public Map<String, String> serverSettings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "quarkus.log.category.\"dev.rwo\".level", config().logLevel().name());
        return settings;
    }

    /** Where everything is. */
    public NodeLayout layout() {
        return layout;
    }

    /** The readiness stages. */
    public StageBoard board() {
        return board;
    }

    /** The settings in force. */
    public NodeConfig config() {
        return seed.effective();
    }

    /** What came of the seed import. */
    SeedResult seed() {
        return seed;
    }

    /** Who the node is, and how its certificate is. */
    IdentityResult identity() {
        return identity;
    }

    /** Looks after identity and certificate again: a certificate that is due, or lacks an address, is made anew. */
    IdentityResult renewIdentity(Collection<InetAddress> addresses) {
        identity = Identity.loadOrCreate(layout, config(), addresses, clock);
        trust.ownChanged();
        return identity;
    }

    /**
     * Makes the node's key anew, and a certificate for it.
     *
     * @throws IOException when the old key cannot be removed
     */
    synchronized IdentityResult renewKey(Collection<InetAddress> addresses) throws IOException {
        // A power cut in between leaves a node without a key, which makes itself one at its next start.
        new AtomicFiles().delete(layout.nodeKey());
        return renewIdentity(addresses);
    }

    /**
     * Shows what a person has to do to let this node in.
     *
     * @param code that it is approved by; empty when it is not waiting for that
     * @param host address of the node that keeps the request
     */
    public void awaitApproval(String code, String host) {
        approvalHost = host;
        approvalCode = code;
        if (code.isEmpty()) {
            renewIdentity(List.of());
        }
        board.set(identityFinding());
    }

    /** What {@link #awaitApproval} was told last. */
    public String approvalCode() {
        return approvalCode;
    }

    /** How identity and certificate are, and the code to approve while that is awaited. */
    StageFinding identityFinding() {
        String code = approvalCode;
        return code.isEmpty()
                ? identity.finding()
                : new StageFinding(
                        Stage.IDENTITY,
                        StageState.WAITING,
                        "awaiting approval: on the node at " + approvalHost + " run: rwo approve " + code,
                        "compare the code with the one that rwo approve lists there");
    }

    /** Whom this node trusts, and TLS as this node. */
    public TrustStore trust() {
        return trust;
    }

    /** The node's ID. */
    public String nodeId() {
        return identity.identity().id().toString();
    }

    /** The node's name. */
    public String nodeName() {
        return identity.identity().name().value();
    }

    /** The site's name; empty when the box has no site. */
    public String siteName() {
        SiteName site = identity.identity().site();
        return site == null ? "" : site.value();
    }

    /** The engine's {@code proxies} object (dockerd's manual, "proxies"); empty when no proxy is set. */
    public Map<String, String> engineProxies() {
        ProxyConfig proxy = config().proxy();
        Map<String, String> proxies = new TreeMap<>();
        if (proxy.http() != null) {
            proxies.put("http-proxy", proxy.http().toString());
        }
        if (proxy.https() != null) {
            proxies.put("https-proxy", proxy.https().toString());
        }
        if (!proxies.isEmpty() && !proxy.noProxy().isEmpty()) {
            proxies.put("no-proxy", String.join(",", proxy.noProxy()));
        }
        return proxies;
    }
}
