/** The command alone, as a process. */
import { Command } from "commander";
import { register } from "../../lib/cli/discover";

const program = new Command("exchange-upgrade");
register(program);
void program.parseAsync();
