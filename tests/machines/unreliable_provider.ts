import type { GatewayCommand, PaymentCommand } from "../../machines/payment/messages.ts";
import type { GatewayAnswer } from "../../src/gateways/payment_gateway.ts";
import type { PaymentLedger } from "../../src/gateways/payment_ledger.ts";
import type { Letter, MessagePump, Provider } from "./message_pump.ts";
import type { Chance } from "./seeded.ts";

/** Calls that left but have not reached the provider. */
export interface InFlight {
  readonly command: GatewayCommand;
  readonly at: number;
}

/**
 * A provider whose every call may be declined, lost, done in silence, done much later or answered twice, as long as the
 * pump has trouble to spend. `arrive` brings the late ones home.
 */
export function unreliableProvider(
  ledger: PaymentLedger,
  { chance, pump }: { readonly chance: Chance; readonly pump: () => MessagePump },
): { readonly provider: Provider; readonly arrive: () => void } {
  let inFlight: InFlight[] = [];

  function provider(letter: Letter): readonly { readonly command: PaymentCommand; readonly at: number }[] {
    const { now } = pump();
    const call = gatewayCommand(letter);
    const said = (answer: GatewayAnswer): PaymentCommand => resultOf(call, answer);
    const silence: PaymentCommand = { type: "gateway_unknown", step: call.step, ask: call.ask };
    if (pump().trouble <= 0 || chance.happens(50)) return [{ command: said(ledger.perform(call)), at: now }];

    pump().trouble--;
    switch (chance.int(0, 5)) {
      case 0:
        return [{ command: silence, at: now }];
      case 1:
        ledger.perform(call);
        return [{ command: silence, at: now }];
      case 2:
        inFlight.push({ command: call, at: now + chance.int(0, 60_000) });
        return [{ command: silence, at: now }, { command: silence, at: now + 10 }];
      case 3: {
        const refusal = call.type === "query" ? {} : { refusal: "declined" };
        return [{ command: said(ledger.perform(call, refusal)), at: now }];
      }
      case 4: {
        const command = said(ledger.perform(call));
        return [{ command, at: now }, { command, at: now + chance.int(0, 60_000) }];
      }
      default: {
        // Done, then our process died: the call is made again, and somebody still hears the first answer.
        const command = said(ledger.perform(call));
        return [{ command: silence, at: now + 5 }, { command, at: now + chance.int(0, 5_000) }];
      }
    }
  }

  function arrive(): void {
    const { now } = pump();
    for (const { command } of inFlight.filter(({ at }) => at <= now)) ledger.perform(command);
    inFlight = inFlight.filter(({ at }) => at > now);
  }

  return { provider, arrive };
}

function resultOf({ step, ask }: GatewayCommand, answer: GatewayAnswer): PaymentCommand {
  switch (answer.outcome) {
    case "approved":
      return { type: "gateway_approved", step, reference: answer.reference };
    case "declined":
      return { type: "gateway_declined", step, reason: answer.reason };
    case "not_found":
      return { type: "gateway_not_found", step, ask };
  }
}

function gatewayCommand({ command }: Letter): GatewayCommand {
  if (!isGatewayCommand(command)) throw new Error(`Cannot call the provider with "${command.type}"`);
  return command;
}

function isGatewayCommand(command: Letter["command"]): command is GatewayCommand {
  return "key" in command && "step" in command && "ask" in command;
}
