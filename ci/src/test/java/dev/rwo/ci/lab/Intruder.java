package dev.rwo.ci.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A program for a host of the lab that belongs to nobody: does to the others what a hostile box on the LAN can do. */
final class Intruder {

    private static final int MDNS = 5353;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int SEED = 17;

    private Intruder() {}

    /**
     * Says what it did in its last line.
     *
     * @param arguments {@code hold ADDRESS PORT CONNECTIONS SECONDS OWN,OWN...}, {@code noise ADDRESS PORT SECONDS}
     *     or {@code mdns ADDRESS NAMES}
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        switch (arguments[0]) {
            case "hold" ->
                hold(
                        new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])),
                        Integer.parseInt(arguments[3]),
                        seconds(arguments[4]),
                        Stream.of(arguments[5].split(",", -1))
                                .map(InetAddress::ofLiteral)
                                .toList());
            case "noise" ->
                noise(new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])), seconds(arguments[3]));
            case "mdns" -> mdns(InetAddress.ofLiteral(arguments[1]), Integer.parseInt(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static Duration seconds(String number) {
        return Duration.ofSeconds(Integer.parseInt(number));
    }

    private static boolean isOver(long begun, Duration length) {
        return System.nanoTime() - begun > length.toNanos();
    }

    /** Keeps so many connections open, from each of its addresses in turn, and sends a byte of a TLS greeting on each now and then: half open, slow. */
    private static void hold(InetSocketAddress target, int number, Duration length, List<InetAddress> own)
            throws IOException, InterruptedException {
        byte[] greeting = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
        Deque<SocketChannel> open = new ArrayDeque<>();
        long begun = System.nanoTime();
        long tried = 0;
        long opened = 0;
        long turnedAway = 0;
        long most = 0;
        while (!isOver(begun, length)) {
            for (int i = 0; i < 500 && open.size() < number && !isOver(begun, length); i++) {
                SocketChannel channel = SocketChannel.open();
                try {
                    channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
                    channel.bind(new InetSocketAddress(own.get((int) (tried++ % own.size())), 0));
                    channel.socket().connect(target, CONNECT_MILLIS);
                    channel.configureBlocking(false);
                    open.add(channel);
                    opened++;
                } catch (IOException refused) {
                    channel.close();
                    turnedAway++;
                }
            }
            most = Math.max(most, open.size());
            int turn = (int) (opened % greeting.length);
            for (int i = open.size(); i > 0; i--) {
                SocketChannel channel = open.remove();
                if (isAlive(channel, greeting[turn])) {
                    open.add(channel);
                } else {
                    channel.close();
                }
            }
            Thread.sleep(200);
        }
        System.out.println("opened " + opened + ", turned away " + turnedAway + ", at most " + most + " at a time, "
                + open.size() + " left");
    }

    private static boolean isAlive(SocketChannel channel, byte next) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {next}));
            return channel.read(ByteBuffer.allocate(64)) >= 0;
        } catch (IOException closed) {
            return false;
        }
    }

    /** Frames that are random, cut short, far too long, or an object in Java's own form. */
    private static void noise(InetSocketAddress target, Duration length) throws IOException {
        Random random = new Random(SEED);
        List<byte[]> frames = new ArrayList<>();
        byte[] bytes = new byte[2000];
        random.nextBytes(bytes);
        frames.add(bytes);
        frames.add(ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).putInt(1).array());
        frames.add(ByteBuffer.allocate(8).putInt(-1).putInt(1).array());
        frames.add(ByteBuffer.allocate(20).putInt(1000).array());
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(object)) {
            out.writeObject(new ArrayList<>(List.of("a", "b")));
        }
        frames.add(ByteBuffer.allocate(4 + object.size())
                .putInt(object.size())
                .put(object.toByteArray())
                .array());
        long begun = System.nanoTime();
        long sent = 0;
        while (!isOver(begun, length)) {
            try (Socket socket = new Socket()) {
                socket.connect(target, CONNECT_MILLIS);
                socket.getOutputStream().write(frames.get((int) (sent % frames.size())));
                sent++;
            } catch (IOException refused) {
                // As it should be.
            }
        }
        System.out.println("sent " + sent + " frames");
    }

    /** Announces boxes that do not exist, at addresses that do and that do not, some with names nobody should print. */
    private static void mdns(InetAddress own, int names) throws IOException {
        InetAddress group = InetAddress.ofLiteral("224.0.0.251");
        try (MulticastSocket socket = new MulticastSocket(new InetSocketAddress(own, MDNS))) {
            socket.setNetworkInterface(NetworkInterface.getByInetAddress(own));
            for (int i = 0; i < names; i++) {
                byte[] packet = announcement("rwo-" + (i % 3 == 0 ? "\u001b[2J<b>" : "evil") + i, i);
                socket.send(new DatagramPacket(packet, packet.length, group, MDNS));
            }
        }
        System.out.println("announced " + names + " boxes");
    }

    /** RFC 6762: an answer nobody asked for, with the service, its host and port, its text and its address. */
    private static byte[] announcement(String name, int number) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (int field : new int[] {0, 0x8400, 0, 4, 0, 0}) {
            out.writeShort(field);
        }
        String service = "_rwo._tcp.local";
        String host = "host" + number + ".local";
        record(out, service, 12, labels(name, service));
        ByteArrayOutputStream place = new ByteArrayOutputStream();
        place.write(new byte[] {0, 0, 0, 0, 0x20, (byte) 0xfb});
        place.write(labels("", host));
        record(out, name + "." + service, 33, place.toByteArray());
        record(out, name + "." + service, 16, text("site=lab", "id=evil" + number, "gossip=8444"));
        record(out, host, 1, new byte[] {(byte) 192, 0, 2, (byte) (number % 250)});
        return bytes.toByteArray();
    }

    private static void record(DataOutputStream out, String name, int type, byte[] data) throws IOException {
        out.write(labels("", name));
        out.writeShort(type);
        out.writeShort(1);
        out.writeInt(120);
        out.writeShort(data.length);
        out.write(data);
    }

    private static byte[] labels(String first, String rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>();
        if (!first.isEmpty()) {
            all.add(first);
        }
        all.addAll(List.of(rest.split("\\.")));
        for (String label : all) {
            byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
            out.write(bytes.length);
            out.writeBytes(bytes);
        }
        out.write(0);
        return out.toByteArray();
    }

    private static byte[] text(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String word : words) {
            out.write(word.length());
            out.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }
}
