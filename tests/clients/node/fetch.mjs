// Fetch a URL as applications behind a proxy do, and print the status and the answer.
import { EnvHttpProxyAgent, fetch } from "undici";

const answer = await fetch(process.argv[2], { dispatcher: new EnvHttpProxyAgent() });
console.log(answer.status, await answer.text());
