package dev.rwo.ci.bench;

import dev.rwo.ci.lab.LabHost;
import java.util.List;

/** One member that runs on a host of the lab, and what it says of the others. */
final class ClusterMember extends ClusterView {

    private final ClusterContestant contestant;
    private final LabHost host;
    private final ClusterProcess process;

    /**
     * Nothing runs yet.
     *
     * @param news run when it said something
     */
    ClusterMember(ClusterContestant contestant, LabHost host, Runnable news) {
        super(host.name());
        this.contestant = contestant;
        this.host = host;
        this.process = new ClusterProcess(host, LabHost.DEVICE, contestant.waitsForGo(), line -> {
            contestant.read(line).ifPresent(this::saw);
            news.run();
        });
    }

    LabHost host() {
        return host;
    }

    String address() {
        return host.address().getHostAddress();
    }

    ClusterProcess process() {
        return process;
    }

    void launch(GossipRuntime ours, List<String> seeds) {
        forget();
        process.launch(contestant.command(ours, name(), address(), seeds));
    }
}
