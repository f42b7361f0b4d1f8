package dev.rwo.agent.swarm;

import java.util.Map;

/**
 * The proxies of the engine (dockerd's manual, "proxies").
 *
 * @param settings those of rwo.yaml, empty for none
 * @param ours whether none in rwo.yaml means none; on a system of somebody else those that are in daemon.json stay
 */
public record EngineProxies(Map<String, String> settings, boolean ours) {

    /** Copies the map. */
    public EngineProxies {
        settings = Map.copyOf(settings);
    }

    /** For an engine of our own. */
    public static EngineProxies of(Map<String, String> settings) {
        return new EngineProxies(settings, true);
    }
}
