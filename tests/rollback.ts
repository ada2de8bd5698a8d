/** What the engine prints when the program of an upgraded stack sets its target back, where the preparation has this type. */
export const rollbackOf = (type: string) => `  ${type} (schema):
    error: ${type} resource 'schema' has a problem: D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 to 2007 RTM would be a rollback
      Found:  target "2007 RTM" in the program, 2007 SP1 in the state
      Needed: 2007 SP1 or a later release
      Where:  in the program: \`target\`
      Fix:    set \`target\` to "2007 SP1"; to leave it, remove Exchange from the server
      Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)
`;

export const rollback = rollbackOf("pulumi-nodejs:dynamic/exchange:ExchangeSchemaPrep");
