package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.upgrade.NodeUpgrade;
import dev.rwo.agent.upgrade.OsVersion;
import java.util.Locale;

/**
 * How a node stands in a campaign.
 *
 * @param kind what is up with it
 * @param text what it waits for, or why not; may be empty
 */
record Standing(Kind kind, String text) {

    /** What is up with a node. */
    enum Kind {
        /** Runs the version, and shows that it is well with it. */
        DONE,
        /** Is passed over: nothing of ours, or newer. */
        SKIPPED,
        /** Was never labelled, so nobody can say which box it is. */
        UNLABELLED,
        /** Does not say how it stands. */
        AWAY,
        /** Will not have this version. */
        REFUSED,
        /** Tried in this campaign, and failed. */
        FAILED,
        /** Is at something that is not of this campaign. */
        BUSY,
        /** Has nothing of it yet. */
        TO_STAGE,
        /** Installs into its other slot. */
        STAGING,
        /** Has it in its other slot. */
        STAGED,
        /** Has the right to be unavailable, and gives its tasks away. */
        DRAINING,
        /** Was told to restart. */
        RESTARTING,
        /** Runs the version, and must show that it is well. */
        TRIAL;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Of a node. */
    static Standing of(NodeSight node, Campaign campaign) {
        if (node.box().isEmpty()) {
            return new Standing(Kind.UNLABELLED, "waits for its labels");
        }
        NodeUpgrade upgrade = node.upgrade();
        RebootLock lock = node.lock();
        boolean booted = lock != null && lock.booted() && lock.holder() == RebootLock.Holder.UPGRADE;
        if (upgrade == null) {
            return booted
                    ? new Standing(Kind.RESTARTING, "restarts")
                    : new Standing(Kind.AWAY, "does not answer: " + node.silence());
        }
        OsVersion version = campaign.bundle().version();
        if (upgrade.slot().isEmpty()) {
            return new Standing(Kind.SKIPPED, "its OS has no slots: it is upgraded by its own means");
        }
        if (upgrade.isGoodWith(version)) {
            return new Standing(Kind.DONE, "");
        }
        if (!campaign.settings().allowOlder() && isNewer(upgrade.running(), version)) {
            return new Standing(Kind.SKIPPED, "runs a newer version");
        }
        boolean ours = upgrade.target().equals(version.text());
        if (upgrade.refused().containsKey(version.text())) {
            return new Standing(
                    Kind.REFUSED,
                    "refuses " + version + ": " + upgrade.refused().get(version.text())
                            + "; to try it again: rwo upgrade clear there");
        }
        boolean runsIt = upgrade.running().equals(version.text());
        return switch (upgrade.phase()) {
            case FAILED ->
                ours && (campaign.ordered().contains(node.box()) || lock != null)
                        ? new Standing(Kind.FAILED, upgrade.problem())
                        : new Standing(Kind.TO_STAGE, "");
            case STAGING ->
                ours
                        ? new Standing(Kind.STAGING, "installs " + upgrade.percent() + " %")
                        : busy("installs " + upgrade.target());
            case TRIAL ->
                runsIt ? new Standing(Kind.TRIAL, "shows that it is well") : busy("tries " + upgrade.running());
            case REBOOTING -> ours ? new Standing(Kind.RESTARTING, "restarts") : busy("restarts");
            case STAGED -> ours ? staged(node, booted) : new Standing(Kind.TO_STAGE, "");
            case IDLE -> new Standing(Kind.TO_STAGE, "");
        };
    }

    private static Standing staged(NodeSight node, boolean booted) {
        if (booted) {
            return new Standing(Kind.RESTARTING, "is told to restart");
        }
        return node.isHeldBy(RebootLock.Holder.UPGRADE)
                ? new Standing(Kind.DRAINING, "gives its tasks away")
                : new Standing(Kind.STAGED, "waits for its turn");
    }

    private static Standing busy(String what) {
        return new Standing(Kind.BUSY, what + ", not by this campaign");
    }

    private static boolean isNewer(String running, OsVersion version) {
        try {
            return new OsVersion(running).isNewerThan(version);
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /** Whether nothing more is to be done. */
    boolean isSettled() {
        return kind == Kind.DONE || kind == Kind.SKIPPED;
    }
}
