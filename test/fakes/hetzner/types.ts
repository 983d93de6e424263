export type Json = Record<string, unknown>;
export type Labels = Record<string, string>;

/** Everything that has a number, labels and a day of creation. */
export interface Resource {
  id: number;
  name: string | null;
  labels: Labels;
  created: string;
}

export interface Location {
  id: number;
  name: string;
  description: string;
  country: string;
  city: string;
  latitude: number;
  longitude: number;
  network_zone: string;
}

export interface ServerType {
  id: number;
  name: string;
  cores: number;
  memory: number;
  disk: number;
  cpu_type: 'shared' | 'dedicated';
  architecture: 'x86' | 'arm';
  category: string;
  /** Euro a month without tax, without the IPv4 address. */
  monthly: number;
  /** Location name → whether it can be ordered there; a location that is not named does not have the type. */
  available: Record<string, boolean>;
  /** When the type was announced to go and when it cannot be ordered any more. */
  deprecation: { announced: string; unavailable_after: string } | null;
}

export interface ActionResource {
  id: number;
  type: string;
}

export interface Action {
  id: number;
  command: string;
  status: 'running' | 'success' | 'error';
  progress: number;
  started: string;
  finished: string | null;
  resources: ActionResource[];
  error: { code: string; message: string } | null;
}

export interface SshKey extends Resource {
  name: string;
  fingerprint: string;
  public_key: string;
}

export interface FirewallRule {
  direction: 'in' | 'out';
  protocol: string;
  port: string | null;
  source_ips: string[];
  destination_ips: string[];
  description: string | null;
}

export interface Target {
  type: 'server' | 'label_selector';
  server?: { id: number };
  label_selector?: { selector: string };
}

export interface Firewall extends Resource {
  name: string;
  rules: FirewallRule[];
  targets: Target[];
}

export interface Subnet {
  type: string;
  ip_range: string;
  network_zone: string;
  gateway: string;
  vswitch_id: number | null;
}

export interface Network extends Resource {
  name: string;
  ip_range: string;
  subnets: Subnet[];
  routes: { destination: string; gateway: string }[];
  protection: { delete: boolean };
  expose_routes_to_vswitch: boolean;
}

export interface PrimaryIp extends Resource {
  name: string;
  type: 'ipv4' | 'ipv6';
  ip: string;
  location: Location;
  assignee_id: number | null;
  auto_delete: boolean;
  dns_ptr: { ip: string; dns_ptr: string }[];
  protection: { delete: boolean };
}

export interface Image extends Resource {
  type: 'system' | 'snapshot' | 'backup' | 'app';
  status: 'available' | 'creating';
  description: string;
  image_size: number | null;
  disk_size: number;
  created_from: { id: number; name: string } | null;
  bound_to: number | null;
  os_flavor: string;
  os_version: string | null;
  architecture: 'x86' | 'arm';
  rapid_deploy: boolean;
  protection: { delete: boolean };
  deprecated: string | null;
}

export interface PrivateNet {
  network: number;
  ip: string;
  alias_ips: string[];
  mac_address: string;
}

export interface Server extends Resource {
  name: string;
  status: 'initializing' | 'starting' | 'running' | 'stopping' | 'off' | 'rebuilding' | 'migrating' | 'unknown';
  type: ServerType;
  location: Location;
  image: Image | null;
  primary_disk_size: number;
  private_net: PrivateNet[];
  protection: { delete: boolean; rebuild: boolean };
  placement_group: number | null;
  backup_window: string | null;
  rescue_enabled: boolean;
  /** What the client sent and the API never gives back. */
  userData: string;
  sshKeys: SshKey[];
}

export interface Volume extends Resource {
  name: string;
  size: number;
  server: number | null;
  status: 'creating' | 'available';
  location: Location;
  linux_device: string;
  format: string | null;
  protection: { delete: boolean };
}

export interface PlacementGroup extends Resource {
  name: string;
  type: 'spread';
}

export interface BalancerType {
  id: number;
  name: string;
  maxTargets: number;
  maxServices: number;
  /** Euro a month without tax. */
  monthly: number;
}

export interface BalancerService {
  protocol: 'http' | 'https' | 'tcp';
  listen_port: number;
  destination_port: number;
  proxyprotocol: boolean;
  http?: Json & { certificates: number[] };
  health_check: Json;
}

export interface BalancerTarget extends Target {
  use_private_ip: boolean;
}

export interface LoadBalancer extends Resource {
  name: string;
  type: BalancerType;
  location: Location;
  algorithm: { type: string };
  services: BalancerService[];
  targets: BalancerTarget[];
  private_net: { network: number; ip: string }[];
  public_net: Record<'ipv4' | 'ipv6', { ip: string; dns_ptr: string | null }> & { enabled: boolean };
  protection: { delete: boolean };
}

export interface Certificate extends Resource {
  name: string;
  type: 'uploaded' | 'managed';
  domain_names: string[];
  certificate: string | null;
  fingerprint: string | null;
  not_valid_before: string | null;
  not_valid_after: string | null;
  /** Of managed ones only. */
  status: { issuance: string; renewal: string; error: Json | null } | null;
}

export interface RrsetRecord {
  value: string;
  comment: string;
}

export interface Rrset extends Resource {
  /** `www/A`, as the API calls it. */
  key: string;
  name: string;
  type: string;
  ttl: number | null;
  records: RrsetRecord[];
  zone: number;
  protection: { change: boolean };
}

export interface Zone extends Resource {
  name: string;
  mode: 'primary' | 'secondary';
  ttl: number;
  primary_nameservers: Json[];
  protection: { delete: boolean };
}

/** One request as it came in, and how it was answered. */
export interface FakeCall {
  method: string;
  /** Without `/v1` and without the query. */
  path: string;
  query: string;
  body: Json;
  at: number;
  status: number | 'pending' | 'dropped';
  error?: string;
}
