/** Signing in, the first account, and what went wrong at the OpenID provider. */
import type { signIn as english } from "../en/sign-in.ts";
import type { Translated } from "../translated.ts";

export const signIn: Translated<typeof english> = {
  signIn: {
    heading: "登录",
    name: "用户名",
    password: "密码",
    submit: "登录",
    oidc: "使用组织账号登录",
    forgot: "忘记密码？请 Emend 的运维人员重新设置：emend user reset-password 用户名",
  },
  setup: {
    heading: "创建第一个账号",
    lead: "这个账号是管理员，之后可以用它创建其他账号。",
    again: "再次输入密码",
    differ: "两次输入的密码不一致。",
    submit: "创建账号并登录",
    noLink: "还没有任何账号。",
    noLinkNext: "请打开 Emend 启动时写入日志的链接；重新启动会生成新的链接。",
  },
  oidcProblems: {
    "oidc-unreachable": "组织的登录服务没有应答。请重试，或使用密码登录。",
    "oidc-refused": "组织没有确认您的身份。请重试，或联系管理员。",
    "oidc-no-role": "组织没有为您分配角色。请联系权限管理人员。",
    "oidc-disabled": "此账号已停用。请联系管理员。",
    "oidc-last-admin": "组织收回了最后一位管理员的角色。请先指定另一位管理员。",
  },
};
