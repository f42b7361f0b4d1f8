package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.ClusterMath;
import java.time.Duration;

/**
 * How gossip runs.
 *
 * @param site the site's name; frames of another site do not open
 * @param bind the address to listen at; the wildcard, so that a changed address needs no new socket
 * @param port the TCP port, 0 for any (tests)
 * @param host the address that is told to others
 * @param pace how often is probed, told and synced
 * @param limits what strangers on the network may cost
 */
public record GossipSettings(String site, String bind, int port, String host, Pace pace, Limits limits) {

    /** The port of gossip; 7946, Serf's, belongs to the container engine. */
    public static final int PORT = 8444;

    /** A node's settings. */
    public static GossipSettings of(String site, String host) {
        return new GossipSettings(site, "0.0.0.0", PORT, host, Pace.LAN, Limits.STANDARD);
    }

    /** The same with another address that is told to others. */
    public GossipSettings withHost(String told) {
        return new GossipSettings(site, bind, port, told, pace, limits);
    }

    /**
     * How often is probed, told and synced.
     *
     * @param probe how often one member is probed
     * @param answer how long a direct answer may take; then others are asked to probe
     * @param round how long all of that may take; a member that is merely silent gets two rounds
     * @param helpers how many others are asked
     * @param suspicion a suspect is declared dead after {@code suspicion * ceil(log2(n + 1)) * probe}
     * @param gossip how often news is passed on
     * @param fanout to how many each time
     * @param repeat each piece of news is passed on {@code repeat * ceil(log2(n + 1))} times
     * @param look how often is looked whom to sync with
     * @param sync how often the whole table is exchanged with one member
     * @param retry how often a seed or a lost member that does not answer is tried again
     * @param gather for how long changes of the digest are gathered
     */
    public record Pace(
            Duration probe,
            Duration answer,
            Duration round,
            int helpers,
            int suspicion,
            Duration gossip,
            int fanout,
            int repeat,
            Duration look,
            Duration sync,
            Duration retry,
            Duration gather) {

        /**
         * After how long others may have declared a member dead, and have forgotten it, that did not run. Whoever was away for
         * less is accused at most, and answers that: on a machine that is too slow for its members, were each to tell all
         * others of each second that it did not run, that alone would keep them all from running.
         *
         * @param others how many other members there are
         */
        public Duration forgottenAfter(int others) {
            return Duration.ofMillis(ClusterMath.suspicionTimeout(suspicion, others + 1, probe.toMillis()));
        }

        /**
         * For a wired LAN. Probe is memberlist's LAN value (config.go: 1 s). Where memberlist gives one round of 1 s by
         * UDP, we give two of 750 ms; a segment that is lost once comes after TCP's least time-out, 200 ms and a round
         * trip, within {@code answer}, twice within a round. Suspicion is 1 where memberlist has 4, because
         * scalecube multiplies by {@code ceil(log2(n + 1))} where memberlist multiplies by {@code log10(n)}: 3 s at
         * 5 members, 5 s at 30, 7 s at 100, and news needs {@code log2(n) * 200 ms / log2(4)}, under a second, to
         * reach the suspect and as long to come back. What makes so short a time safe is that a node that is not well
         * accuses nobody. Gossip, fanout as memberlist. Repeat 1 is 24 copies of each piece of news from each of 100 members
         * where memberlist sends 12 (retransmit_mult 4): over TCP none of them is lost, and what a broken connection costs
         * the next sync brings.
         */
        public static final Pace LAN = new Pace(
                Duration.ofSeconds(1),
                Duration.ofMillis(400),
                Duration.ofMillis(750),
                3,
                1,
                Duration.ofMillis(200),
                3,
                1,
                Duration.ofMillis(500),
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2));
    }

    /**
     * What strangers on the network may cost.
     *
     * @param frame the longest frame in bytes: the table of a thousand members is 100 KiB
     * @param firstFrame the longest first frame of a connection, before it proved anything: ours are below 100 bytes
     * @param proof how long a connection may take to deliver its first valid frame
     * @param finish how long a frame may take once begun
     * @param idle when a connection that carries nothing is closed
     * @param strangers how many connections that proved nothing yet there may be; for a newer one the oldest goes
     * @param connections how many connections there may be in all: four for each of 200 members
     * @param perAddress how many of one address; a member has one or two
     * @param connect how long connecting may take
     * @param waiting how many bytes wait at most for a peer that does not read; more is dropped
     */
    public record Limits(
            int frame,
            int firstFrame,
            Duration proof,
            Duration finish,
            Duration idle,
            int strangers,
            int connections,
            int perAddress,
            Duration connect,
            int waiting) {

        /** For a node. */
        public static final Limits STANDARD = new Limits(
                256 * 1024,
                1024,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2),
                128,
                1024,
                16,
                Duration.ofSeconds(2),
                512 * 1024);

        /** The same with other numbers of connections. */
        public Limits withConnections(int all, int each) {
            return new Limits(frame, firstFrame, proof, finish, idle, strangers, all, each, connect, waiting);
        }

        /** The same with other times. */
        public Limits withTimes(Duration toProve, Duration toFinish) {
            return new Limits(
                    frame, firstFrame, toProve, toFinish, idle, strangers, connections, perAddress, connect, waiting);
        }
    }
}
