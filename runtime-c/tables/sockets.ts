// Families, options and control messages of sockets. Socket addresses have no pointers and the same layout on both sides,
// so that a family is allowed for what its sockets can do.

import { command, input, none, output, translated, type CommandRow, type CommandTable, type Layout } from './commands.js';

// Left out: AF_XDP (memory of its own descriptors), AF_ALG (keys of the kernel), AF_KEY, and what no program asks for.
export const families: CommandTable = {
  call: 'socket: family',
  symbol: 'socket_family',
  refusal: 'EAFNOSUPPORT',
  rows: [
    command('AF_UNIX', 1, none),
    command('AF_INET', 2, none),
    command('AF_INET6', 10, none),
    command('AF_NETLINK', 16, none),
    command('AF_PACKET', 17, none),
    command('AF_VSOCK', 40, none),
  ],
};

export const socketTypes: CommandTable = {
  call: 'socket: type',
  symbol: 'socket_type',
  refusal: 'ESOCKTNOSUPPORT',
  rows: [
    command('SOCK_STREAM', 1, none),
    command('SOCK_DGRAM', 2, none),
    command('SOCK_RAW', 3, none),
    command('SOCK_RDM', 4, none),
    command('SOCK_SEQPACKET', 5, none),
    command('SOCK_PACKET', 10, none),
  ],
};

// Messages of these have no addresses of memory. NETLINK_XFRM's records differ between 32 and 64 bits.
export const netlinkProtocols: CommandTable = {
  call: 'socket: protocol of AF_NETLINK',
  symbol: 'netlink_protocol',
  refusal: 'EPROTONOSUPPORT',
  rows: [
    command('NETLINK_ROUTE', 0, none),
    command('NETLINK_USERSOCK', 2, none),
    command('NETLINK_SOCK_DIAG', 4, none),
    command('NETLINK_AUDIT', 9, none),
    command('NETLINK_CONNECTOR', 11, none),
    command('NETLINK_NETFILTER', 12, none),
    command('NETLINK_KOBJECT_UEVENT', 15, none),
    command('NETLINK_GENERIC', 16, none),
  ],
};

/** An option with the layout of its value when it is read and when it is set; undefined: not that way. */
export interface OptionRow {
  readonly level: number;
  readonly name: string;
  readonly option: number;
  readonly get: Layout | undefined;
  readonly set: Layout | undefined;
}

type Options = readonly (readonly [name: string, option: number, get: Layout | undefined, set: Layout | undefined])[];

function level(number: number, options: Options): OptionRow[] {
  return options.map(([name, option, get, set]) => ({ level: number, name, option, get, set }));
}

/** An option of `size` bytes both ways. */
function value(name: string, option: number, size = 4): Options[number] {
  return [name, option, output(size), input(size)];
}
function told(name: string, option: number, size = 4): Options[number] {
  return [name, option, output(size), undefined];
}
function given(name: string, option: number, layout: Layout = input(4)): Options[number] {
  return [name, option, undefined, layout];
}

const time = translated('time', 16);
const group = translated('group', 132);
const groupSource = translated('group', 260);

// Of an interface index and one socket address, or two.
const groups: Options = [
  given('MCAST_JOIN_GROUP', 42, group),
  given('MCAST_BLOCK_SOURCE', 43, groupSource),
  given('MCAST_UNBLOCK_SOURCE', 44, groupSource),
  given('MCAST_LEAVE_GROUP', 45, group),
  given('MCAST_JOIN_SOURCE_GROUP', 46, groupSource),
  given('MCAST_LEAVE_SOURCE_GROUP', 47, groupSource),
];

// Left out on purpose: values with pointers (TCP_ZEROCOPY_RECEIVE, IPT_SO_SET_REPLACE, …), lengths that do not count bytes
// (SO_GET_FILTER) or that the kernel reads from the value (IP_MSFILTER), programs of bpf(2), policies of IPsec, control messages
// as values (IP_PKTOPTIONS), and rings of AF_PACKET.
export const options: readonly OptionRow[] = [
  ...level(1, [
    value('SO_DEBUG', 1),
    value('SO_REUSEADDR', 2),
    told('SO_TYPE', 3),
    ['SO_ERROR', 4, translated('error', 4), undefined],
    value('SO_DONTROUTE', 5),
    value('SO_BROADCAST', 6),
    value('SO_SNDBUF', 7),
    value('SO_RCVBUF', 8),
    value('SO_KEEPALIVE', 9),
    value('SO_OOBINLINE', 10),
    value('SO_NO_CHECK', 11),
    value('SO_PRIORITY', 12),
    value('SO_LINGER', 13, 8),
    value('SO_BSDCOMPAT', 14),
    value('SO_REUSEPORT', 15),
    value('SO_PASSCRED', 16),
    told('SO_PEERCRED', 17, 12),
    value('SO_RCVLOWAT', 18),
    value('SO_SNDLOWAT', 19),
    ['SO_RCVTIMEO_OLD', 20, time, time],
    ['SO_SNDTIMEO_OLD', 21, time, time],
    value('SO_BINDTODEVICE', 25, 16),
    given('SO_ATTACH_FILTER', 26, translated('filter', 8)),
    given('SO_DETACH_FILTER', 27),
    told('SO_PEERNAME', 28, 128),
    value('SO_TIMESTAMP_OLD', 29),
    told('SO_ACCEPTCONN', 30),
    told('SO_PEERSEC', 31, 4096),
    given('SO_SNDBUFFORCE', 32),
    given('SO_RCVBUFFORCE', 33),
    value('SO_PASSSEC', 34),
    value('SO_TIMESTAMPNS_OLD', 35),
    value('SO_MARK', 36),
    value('SO_TIMESTAMPING_OLD', 37, 8),
    told('SO_PROTOCOL', 38),
    told('SO_DOMAIN', 39),
    value('SO_RXQ_OVFL', 40),
    value('SO_WIFI_STATUS', 41),
    value('SO_PEEK_OFF', 42),
    value('SO_NOFCS', 43),
    value('SO_LOCK_FILTER', 44),
    value('SO_SELECT_ERR_QUEUE', 45),
    value('SO_BUSY_POLL', 46),
    value('SO_MAX_PACING_RATE', 47),
    told('SO_BPF_EXTENSIONS', 48),
    value('SO_INCOMING_CPU', 49),
    given('SO_ATTACH_REUSEPORT_CBPF', 51, translated('filter', 8)),
    told('SO_MEMINFO', 55, 64),
    told('SO_INCOMING_NAPI_ID', 56),
    told('SO_COOKIE', 57, 8),
    told('SO_PEERGROUPS', 59, 65535),
    value('SO_ZEROCOPY', 60),
    value('SO_TXTIME', 61, 8),
    value('SO_BINDTOIFINDEX', 62),
    value('SO_TIMESTAMP_NEW', 63),
    value('SO_TIMESTAMPNS_NEW', 64),
    value('SO_TIMESTAMPING_NEW', 65, 8),
    ['SO_RCVTIMEO_NEW', 66, time, time],
    ['SO_SNDTIMEO_NEW', 67, time, time],
    given('SO_DETACH_REUSEPORT_BPF', 68),
    value('SO_PREFER_BUSY_POLL', 69),
    value('SO_BUSY_POLL_BUDGET', 70),
    told('SO_NETNS_COOKIE', 71, 8),
    value('SO_BUF_LOCK', 72),
    value('SO_TXREHASH', 74),
    value('SO_RCVMARK', 75),
  ]),
  ...level(0, [
    value('IP_TOS', 1),
    value('IP_TTL', 2),
    value('IP_HDRINCL', 3),
    value('IP_OPTIONS', 4, 40),
    given('IP_ROUTER_ALERT', 5),
    value('IP_RECVOPTS', 6),
    value('IP_RETOPTS', 7),
    value('IP_PKTINFO', 8),
    value('IP_MTU_DISCOVER', 10),
    value('IP_RECVERR', 11),
    value('IP_RECVTTL', 12),
    value('IP_RECVTOS', 13),
    told('IP_MTU', 14),
    value('IP_FREEBIND', 15),
    value('IP_PASSSEC', 18),
    value('IP_TRANSPARENT', 19),
    value('IP_RECVORIGDSTADDR', 20),
    value('IP_MINTTL', 21),
    value('IP_NODEFRAG', 22),
    value('IP_CHECKSUM', 23),
    value('IP_BIND_ADDRESS_NO_PORT', 24),
    value('IP_RECVFRAGSIZE', 25),
    value('IP_RECVERR_RFC4884', 26),
    value('IP_MULTICAST_IF', 32, 12),
    value('IP_MULTICAST_TTL', 33),
    value('IP_MULTICAST_LOOP', 34),
    given('IP_ADD_MEMBERSHIP', 35, input(12)),
    given('IP_DROP_MEMBERSHIP', 36, input(12)),
    given('IP_UNBLOCK_SOURCE', 37, input(12)),
    given('IP_BLOCK_SOURCE', 38, input(12)),
    given('IP_ADD_SOURCE_MEMBERSHIP', 39, input(12)),
    given('IP_DROP_SOURCE_MEMBERSHIP', 40, input(12)),
    ...groups,
    value('IP_MULTICAST_ALL', 49),
    value('IP_UNICAST_IF', 50),
    value('IP_LOCAL_PORT_RANGE', 51),
    told('IP_PROTOCOL', 52),
    told('SO_ORIGINAL_DST', 80, 16),
  ]),
  ...level(41, [
    given('IPV6_ADDRFORM', 1),
    value('IPV6_2292PKTINFO', 2),
    value('IPV6_2292HOPOPTS', 3),
    value('IPV6_2292DSTOPTS', 4),
    value('IPV6_2292RTHDR', 5),
    value('IPV6_CHECKSUM', 7),
    value('IPV6_2292HOPLIMIT', 8),
    value('IPV6_FLOWINFO', 11),
    value('IPV6_UNICAST_HOPS', 16),
    value('IPV6_MULTICAST_IF', 17),
    value('IPV6_MULTICAST_HOPS', 18),
    value('IPV6_MULTICAST_LOOP', 19),
    given('IPV6_ADD_MEMBERSHIP', 20, input(20)),
    given('IPV6_DROP_MEMBERSHIP', 21, input(20)),
    given('IPV6_ROUTER_ALERT', 22),
    value('IPV6_MTU_DISCOVER', 23),
    value('IPV6_MTU', 24),
    value('IPV6_RECVERR', 25),
    value('IPV6_V6ONLY', 26),
    given('IPV6_JOIN_ANYCAST', 27, input(20)),
    given('IPV6_LEAVE_ANYCAST', 28, input(20)),
    value('IPV6_MULTICAST_ALL', 29),
    value('IPV6_RECVERR_RFC4884', 31),
    value('IPV6_FLOWINFO_SEND', 33),
    value('IPV6_HDRINCL', 36),
    ...groups,
    value('IPV6_RECVPKTINFO', 49),
    value('IPV6_PKTINFO', 50, 20),
    value('IPV6_RECVHOPLIMIT', 51),
    value('IPV6_RECVHOPOPTS', 53),
    value('IPV6_HOPOPTS', 54, 2048),
    value('IPV6_RTHDRDSTOPTS', 55, 2048),
    value('IPV6_RECVRTHDR', 56),
    value('IPV6_RTHDR', 57, 2048),
    value('IPV6_RECVDSTOPTS', 58),
    value('IPV6_DSTOPTS', 59, 2048),
    value('IPV6_RECVPATHMTU', 60),
    told('IPV6_PATHMTU', 61, 32),
    value('IPV6_DONTFRAG', 62),
    value('IPV6_RECVTCLASS', 66),
    value('IPV6_TCLASS', 67),
    value('IPV6_AUTOFLOWLABEL', 70),
    value('IPV6_ADDR_PREFERENCES', 72),
    value('IPV6_MINHOPCOUNT', 73),
    value('IPV6_RECVORIGDSTADDR', 74),
    value('IPV6_TRANSPARENT', 75),
    value('IPV6_UNICAST_IF', 76),
    value('IPV6_RECVFRAGSIZE', 77),
    value('IPV6_FREEBIND', 78),
    told('IP6T_SO_ORIGINAL_DST', 80, 28),
  ]),
  ...level(6, [
    value('TCP_NODELAY', 1),
    value('TCP_MAXSEG', 2),
    value('TCP_CORK', 3),
    value('TCP_KEEPIDLE', 4),
    value('TCP_KEEPINTVL', 5),
    value('TCP_KEEPCNT', 6),
    value('TCP_SYNCNT', 7),
    value('TCP_LINGER2', 8),
    value('TCP_DEFER_ACCEPT', 9),
    value('TCP_WINDOW_CLAMP', 10),
    told('TCP_INFO', 11, 512),
    value('TCP_QUICKACK', 12),
    value('TCP_CONGESTION', 13, 16),
    given('TCP_MD5SIG', 14, input(216)),
    value('TCP_THIN_LINEAR_TIMEOUTS', 16),
    value('TCP_THIN_DUPACK', 17),
    value('TCP_USER_TIMEOUT', 18),
    value('TCP_FASTOPEN', 23),
    value('TCP_TIMESTAMP', 24),
    value('TCP_NOTSENT_LOWAT', 25),
    told('TCP_CC_INFO', 26, 64),
    value('TCP_SAVE_SYN', 27),
    told('TCP_SAVED_SYN', 28, 4096),
    value('TCP_FASTOPEN_CONNECT', 30),
    value('TCP_ULP', 31, 16),
    given('TCP_MD5SIG_EXT', 32, input(216)),
    value('TCP_FASTOPEN_KEY', 33, 32),
    value('TCP_FASTOPEN_NO_COOKIE', 34),
    value('TCP_INQ', 36),
    value('TCP_TX_DELAY', 37),
  ]),
  ...level(17, [
    value('UDP_CORK', 1),
    value('UDP_ENCAP', 100),
    value('UDP_NO_CHECK6_TX', 101),
    value('UDP_NO_CHECK6_RX', 102),
    value('UDP_SEGMENT', 103),
    value('UDP_GRO', 104),
  ]),
  ...level(58, [value('ICMPV6_FILTER', 1, 32)]),
  ...level(255, [value('ICMP_FILTER', 1), value('IPV6_CHECKSUM', 7)]),
  ...level(263, [
    given('PACKET_ADD_MEMBERSHIP', 1, input(16)),
    given('PACKET_DROP_MEMBERSHIP', 2, input(16)),
    told('PACKET_STATISTICS', 6, 12),
    value('PACKET_AUXDATA', 8),
    value('PACKET_ORIGDEV', 9),
    value('PACKET_FANOUT', 18),
    value('PACKET_QDISC_BYPASS', 20),
    value('PACKET_IGNORE_OUTGOING', 23),
  ]),
  ...level(270, [
    given('NETLINK_ADD_MEMBERSHIP', 1),
    given('NETLINK_DROP_MEMBERSHIP', 2),
    value('NETLINK_PKTINFO', 3),
    value('NETLINK_BROADCAST_ERROR', 4),
    value('NETLINK_NO_ENOBUFS', 5),
    given('NETLINK_LISTEN_ALL_NSID', 8),
    told('NETLINK_LIST_MEMBERSHIPS', 9, 4096),
    value('NETLINK_CAP_ACK', 10),
    value('NETLINK_EXT_ACK', 11),
    value('NETLINK_GET_STRICT_CHK', 12),
  ]),
  ...level(282, [value('TLS_TX', 1, 64), value('TLS_RX', 2, 64), value('TLS_TX_ZEROCOPY_RO', 3), value('TLS_RX_EXPECT_NO_PAD', 4)]),
];

function directed(direction: 'get' | 'set'): CommandRow[] {
  return options.flatMap((row) => {
    const layout = row[direction];
    return layout === undefined ? [] : [command(row.name, row.level * 65536 + row.option, layout)];
  });
}

export const getsockopt: CommandTable = { call: 'getsockopt', symbol: 'getsockopt', refusal: 'ENOPROTOOPT', leveled: true, rows: directed('get') };
export const setsockopt: CommandTable = { call: 'setsockopt', symbol: 'setsockopt', refusal: 'ENOPROTOOPT', leveled: true, rows: directed('set') };

const message = (name: string, of: number, type: number, layout: Layout): CommandRow => command(name, of * 65536 + type, layout);

/** Control messages that may be sent: data without pointers. */
export const sentControl: CommandTable = {
  call: 'sendmsg: control messages',
  symbol: 'sent_control',
  leveled: true,
  refusal: 'EINVAL',
  rows: [
    message('SCM_RIGHTS', 1, 1, translated('descriptors', 1012)),
    message('SCM_CREDENTIALS', 1, 2, input(12)),
    message('SO_PRIORITY', 1, 12, input(4)),
    message('SO_MARK', 1, 36, input(4)),
    message('SO_TIMESTAMPING_OLD', 1, 37, input(4)),
    message('SCM_TXTIME', 1, 61, input(8)),
    message('SO_TIMESTAMPING_NEW', 1, 65, input(4)),
    message('IP_TOS', 0, 1, input(4)),
    message('IP_TTL', 0, 2, input(4)),
    message('IP_RETOPTS', 0, 7, input(40)),
    message('IP_PKTINFO', 0, 8, input(12)),
    message('IPV6_2292PKTINFO', 41, 2, input(20)),
    message('IPV6_2292HOPLIMIT', 41, 8, input(4)),
    message('IPV6_FLOWINFO', 41, 11, input(4)),
    message('IPV6_PKTINFO', 41, 50, input(20)),
    message('IPV6_HOPLIMIT', 41, 52, input(4)),
    message('IPV6_HOPOPTS', 41, 54, input(2048)),
    message('IPV6_RTHDRDSTOPTS', 41, 55, input(2048)),
    message('IPV6_RTHDR', 41, 57, input(2048)),
    message('IPV6_DSTOPTS', 41, 59, input(2048)),
    message('IPV6_DONTFRAG', 41, 62, input(4)),
    message('IPV6_TCLASS', 41, 67, input(4)),
    message('UDP_SEGMENT', 17, 103, input(2)),
    message('TLS_SET_RECORD_TYPE', 282, 1, input(1)),
  ],
};

/** Control messages that may arrive; others are dropped as if there were no room for them. */
export const receivedControl: CommandTable = {
  call: 'recvmsg: control messages',
  symbol: 'received_control',
  leveled: true,
  refusal: 'MSG_CTRUNC',
  rows: [
    message('SCM_RIGHTS', 1, 1, translated('descriptors', 1012)),
    message('SCM_CREDENTIALS', 1, 2, output(12)),
    message('SCM_SECURITY', 1, 3, output(4096)),
    message('SCM_TIMESTAMP_OLD', 1, 29, translated('time', 16)),
    message('SCM_TIMESTAMPNS_OLD', 1, 35, translated('time', 16)),
    message('SO_MARK', 1, 36, output(4)),
    message('SCM_TIMESTAMPING_OLD', 1, 37, translated('times', 48)),
    message('SO_RXQ_OVFL', 1, 40, output(4)),
    message('SCM_WIFI_STATUS', 1, 41, output(4)),
    message('SCM_TIMESTAMPING_OPT_STATS', 1, 54, output(4096)),
    message('SCM_TIMESTAMPING_PKTINFO', 1, 58, output(16)),
    message('SCM_TIMESTAMP_NEW', 1, 63, translated('time', 16)),
    message('SCM_TIMESTAMPNS_NEW', 1, 64, translated('time', 16)),
    message('SCM_TIMESTAMPING_NEW', 1, 65, translated('times', 48)),
    message('IP_TOS', 0, 1, output(4)),
    message('IP_TTL', 0, 2, output(4)),
    message('IP_RECVOPTS', 0, 6, output(40)),
    message('IP_RETOPTS', 0, 7, output(40)),
    message('IP_PKTINFO', 0, 8, output(12)),
    message('IP_RECVERR', 0, 11, translated('error', 44)),
    message('SCM_SECURITY of IP', 0, 18, output(4096)),
    message('IP_ORIGDSTADDR', 0, 20, output(16)),
    message('IP_CHECKSUM', 0, 23, output(4)),
    message('IP_RECVFRAGSIZE', 0, 25, output(4)),
    message('IPV6_2292PKTINFO', 41, 2, output(20)),
    message('IPV6_2292HOPOPTS', 41, 3, output(2048)),
    message('IPV6_2292DSTOPTS', 41, 4, output(2048)),
    message('IPV6_2292RTHDR', 41, 5, output(2048)),
    message('IPV6_2292HOPLIMIT', 41, 8, output(4)),
    message('IPV6_FLOWINFO', 41, 11, output(4)),
    message('IPV6_RECVERR', 41, 25, translated('error', 44)),
    message('IPV6_PKTINFO', 41, 50, output(20)),
    message('IPV6_HOPLIMIT', 41, 52, output(4)),
    message('IPV6_HOPOPTS', 41, 54, output(2048)),
    message('IPV6_RTHDR', 41, 57, output(2048)),
    message('IPV6_DSTOPTS', 41, 59, output(2048)),
    message('IPV6_PATHMTU', 41, 61, output(32)),
    message('IPV6_TCLASS', 41, 67, output(4)),
    message('IPV6_ORIGDSTADDR', 41, 74, output(28)),
    message('IPV6_RECVFRAGSIZE', 41, 77, output(4)),
    message('TCP_CM_INQ', 6, 36, output(4)),
    message('UDP_GRO', 17, 104, output(4)),
    message('PACKET_AUXDATA', 263, 8, output(20)),
    message('NETLINK_PKTINFO', 270, 3, output(4)),
    message('NETLINK_LISTEN_ALL_NSID', 270, 8, output(4)),
    message('TLS_GET_RECORD_TYPE', 282, 2, output(1)),
  ],
};
