package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.ClusterConfig;
import io.scalecube.cluster.metadata.MetadataCodec;
import java.nio.ByteBuffer;
import java.time.Duration;

/** What scalecube is told of how gossip runs; what it lacks {@link SwimTransport} does. */
final class SwimConfig {

    private SwimConfig() {}

    /**
     * For one start.
     *
     * @param boot what tells it from other starts of this node
     * @param digest what this node tells of itself, encoded
     */
    static ClusterConfig of(String boot, GossipSettings settings, byte[] digest) {
        GossipSettings.Pace pace = settings.pace();
        return ClusterConfig.defaultLanConfig()
                .memberId(boot)
                .externalHost(settings.host())
                .metadata(digest)
                .metadataCodec(new Bytes())
                .metadataTimeout(3000)
                .failureDetector(detector -> detector.pingInterval(millis(pace.probe()))
                        // Probe ends every probe itself; scalecube's timer must never come first.
                        .pingTimeout(millis(Duration.ofHours(1)))
                        .pingReqMembers(0))
                .gossip(gossip -> gossip.gossipInterval(pace.gossip().toMillis())
                        .gossipFanout(pace.fanout())
                        .gossipRepeatMult(pace.repeat())
                        // Copies that SwimTransport drops leave gaps in the numbers; they must not cost memory.
                        .gossipSegmentationThreshold(200))
                .membership(membership -> membership
                        .seedMembers(SwimTransport.SEEDS)
                        .namespace("rwo")
                        .suspicionMult(pace.suspicion())
                        .syncInterval(millis(pace.look()))
                        .syncTimeout(1000));
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }

    /** Metadata is bytes already; scalecube wants buffers of exactly their size. */
    private static final class Bytes implements MetadataCodec {

        @Override
        public Object deserialize(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }

        @Override
        public ByteBuffer serialize(Object metadata) {
            return ByteBuffer.wrap((byte[]) metadata);
        }
    }
}
