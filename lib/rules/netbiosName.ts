/** NetBIOS names have 15 characters at most. */
const longest = 15;

/** The name by which Windows knows a computer of this FQDN or name: its first label, in lower case, cut as NetBIOS cuts it. */
export function netbiosName(name: string): string {
  return (name.split(".")[0] ?? name).toLowerCase().slice(0, longest);
}

/** The DNS suffix of a computer's name; "" for a name without one. */
export function dnsSuffix(name: string): string {
  return name.split(".").slice(1).join(".");
}
