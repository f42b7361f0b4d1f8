package dev.rwo.agent.discovery;

import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.Locale;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordClass;

/** Somebody on the LAN who announces boxes that are not there: 5,000 packets of 50 records that live for years. */
final class MdnsFlood {

    private static final int PACKETS = 5_000;
    private static final int RECORDS = 50;
    private static final int YEARS = 100_000_000;

    private MdnsFlood() {}

    /** Floods without end. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        InetAddress group = InetAddress.ofLiteral("224.0.0.251");
        NetworkInterface cable = NetworkInterface.networkInterfaces()
                .filter(each -> each.getInterfaceAddresses().stream()
                        .anyMatch(address ->
                                address.getAddress() instanceof java.net.Inet4Address ip && !ip.isLoopbackAddress()))
                .findFirst()
                .orElseThrow();
        try (MulticastSocket socket = new MulticastSocket()) {
            socket.setNetworkInterface(cable);
            for (int packet = 0; packet < PACKETS; packet++) {
                byte[] data = records(packet);
                socket.send(new DatagramPacket(data, data.length, new InetSocketAddress(group, 5353)));
            }
        }
        out.println("SENT " + PACKETS);
    }

    private static byte[] records(int packet) throws IOException {
        DNSOutgoing message = new DNSOutgoing(DNSConstants.FLAGS_QR_RESPONSE | DNSConstants.FLAGS_AA, true, 8000);
        for (int record = 0; record < RECORDS; record++) {
            String name = String.format(Locale.ROOT, "box-%06d-%02d._rwo._tcp.local.", packet, record);
            message.addAnswer(
                    new DNSRecord.Service(
                            name, DNSRecordClass.CLASS_IN, true, YEARS, 0, 0, 1000 + record, "x" + packet + ".local."),
                    0);
        }
        return message.data();
    }
}
