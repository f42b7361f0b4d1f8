package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.swarm.ServiceState;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How the site's services are while boxes come and go. */
final class Services {

    private Services() {}

    /** Those with fewer tasks running than wanted, but for those that had too few before. */
    static List<ServiceState> sick(List<ServiceState> services, Set<String> before) {
        return services.stream()
                .filter(service -> service.isSick() && !before.contains(service.name()))
                .toList();
    }

    /** The names of those with fewer tasks running than wanted. */
    static SortedSet<String> sick(List<ServiceState> services) {
        return sick(services, Set.of()).stream().map(ServiceState::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** For people. */
    static String names(List<ServiceState> services) {
        return services.stream().map(ServiceState::progress).collect(Collectors.joining(", "));
    }
}
