package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.transport.api.Message;
import java.io.Externalizable;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that can be in a message: scalecube's own types, by a number. No class name is ever on the wire.
 *
 * <p>scalecube's types write and read their fields themselves ({@link Externalizable}), but most are package-private:
 * their constructors are found by name, and a test compares this table with the native image's metadata.
 */
enum WireKind {
    /** The absence of a value. */
    NOTHING,
    /** Text. */
    TEXT,
    /** Alive, suspect and so on. */
    STATUS,
    /** What a ping was answered with. */
    ACK,
    /** A member's ID, address and namespace. */
    MEMBER,
    /** A member, its status and its incarnation. */
    RECORD,
    /** All records of a member. */
    SYNC,
    /** News with the number that its author gave it. */
    GOSSIP,
    /** Gossip on its way. */
    GOSSIP_REQUEST,
    /** Ping, indirect ping and their answer. */
    PING,
    /** Asks for a digest. */
    METADATA_REQUEST,
    /** A digest. */
    METADATA_RESPONSE,
    /** A message: headers and one of the above. */
    MESSAGE;

    private static final String SCALECUBE = "io.scalecube.cluster.";
    private static final WireKind[] ALL = values();
    private static final MemberStatus[] STATUSES = MemberStatus.values();
    private static final Object[] ACKS = type(ackType()).getEnumConstants();

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final @Nullable Constructor<?> maker = constructor(className());

    /** The types that are made by their constructor, which the native image must know. */
    static List<String> reflected() {
        return Arrays.stream(ALL)
                .map(WireKind::className)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    static String ackType() {
        return SCALECUBE + "fdetector.PingData$AckType";
    }

    static @Nullable WireKind of(int tag) {
        return tag >= 0 && tag < ALL.length ? ALL[tag] : null;
    }

    static @Nullable WireKind of(@Nullable Object value) {
        return switch (value) {
            case null -> NOTHING;
            case String text -> TEXT;
            case MemberStatus status -> STATUS;
            case Member member -> MEMBER;
            case Message message -> MESSAGE;
            case NewsBundle bundle -> GOSSIP_REQUEST;
            default -> byClass(value.getClass());
        };
    }

    private static @Nullable WireKind byClass(Class<?> type) {
        if (type.getName().equals(ackType())) {
            return ACK;
        }
        for (WireKind kind : ALL) {
            if (kind.maker != null && kind.maker.getDeclaringClass() == type) {
                return kind;
            }
        }
        return null;
    }

    /** A new one, to read its own fields. */
    Externalizable make() {
        try {
            return (Externalizable)
                    java.util.Objects.requireNonNull(maker, name()).newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot make a " + className(), e);
        }
    }

    static @Nullable Object constant(WireKind kind, int ordinal) {
        Object[] all = kind == STATUS ? STATUSES : ACKS;
        return ordinal >= 0 && ordinal < all.length ? all[ordinal] : null;
    }

    private String className() {
        return switch (this) {
            case NOTHING, TEXT, STATUS, ACK -> "";
            case MEMBER -> SCALECUBE + "Member";
            case RECORD -> SCALECUBE + "membership.MembershipRecord";
            case SYNC -> SCALECUBE + "membership.SyncData";
            case GOSSIP -> SCALECUBE + "gossip.Gossip";
            case GOSSIP_REQUEST -> SCALECUBE + "gossip.GossipRequest";
            case PING -> SCALECUBE + "fdetector.PingData";
            case METADATA_REQUEST -> SCALECUBE + "metadata.GetMetadataRequest";
            case METADATA_RESPONSE -> SCALECUBE + "metadata.GetMetadataResponse";
            case MESSAGE -> SCALECUBE + "transport.api.Message";
        };
    }

    private static @Nullable Constructor<?> constructor(String name) {
        if (name.isEmpty()) {
            return null;
        }
        try {
            Constructor<?> constructor = type(name).getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("scalecube's " + name + " has no constructor without parameters", e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("This scalecube has no " + name, e);
        }
    }
}
