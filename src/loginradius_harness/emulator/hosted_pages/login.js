import { call, finish, onSubmit } from "./hosted_pages.js";

const MFA_LOGIN_REQUIRED = 1176;
const first = document.getElementById("login");
const second = document.getElementById("second-factor");
let started; // the user who has proved the first factor, and the token of the second

const kindOf = (user) => user.includes("@") ? "email" : /^\+?[\d ()-]+$/.test(user) ? "phone" : "username";

const welcome = (session) => finish(session, "You are logged in.");

onSubmit("login", async (endpoint, { user, password }) => {
  const body = { [kindOf(user)]: user, password };
  try {
    welcome(await call(endpoint, { body }));
  } catch (error) {
    if (error.code !== MFA_LOGIN_REQUIRED) throw error;
    const answer = await call(second.dataset.endpoint, { body });
    if (!answer.SecondFactorAuthentication) return welcome(answer);
    started = { user, token: answer.SecondFactorAuthentication.SecondFactorAuthenticationToken };
    first.hidden = true;
    second.hidden = false;
    second.elements.code.focus();
  }
});

onSubmit("second-factor", async (_, { factor, code }) => {
  const { member, mailed } = second.elements.factor.selectedOptions[0].dataset;
  const body = { [member]: code, ...(mailed !== undefined && { EmailId: started.user }) };
  welcome(await call(factor, { query: { secondFactorAuthenticationToken: started.token }, body }));
});
