package dev.rwo.agent;

import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.agent.hardware.Hardware;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.agent.node.PreparedNode;
import dev.rwo.agent.trust.EnrolmentController;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What this node says of itself when it asks to be let into its site. */
record Applicant(PreparedNode prepared, AtomicReference<LanAddresses> known, Hardware box)
        implements EnrolmentController.Who {

    @Override
    public String id() {
        return prepared.nodeId();
    }

    @Override
    public String name() {
        return prepared.nodeName();
    }

    @Override
    public String hardware() {
        return box.facts().map(NodeFacts::summary).orElse("");
    }

    @Override
    public List<InetAddress> addresses() {
        return known.get().all().stream().map(LanAddress::address).toList();
    }
}
